internal import Libvirt
internal import Model

/// Probes addresses from the host, without anything in the guest except its network stack.
struct Prober {
    private let shell: Shell?

    init(_ opened: HostSession.Opened) { shell = opened.route.shell }

    /// - Throws: `addressTaken` if any machine answers.
    func checkFree(_ probe: AddressProbe) async throws(Refusal) {
        guard let other = try await ask(probe).mac else { return }
        throw Refusal(
            .addressTaken, .address,
            "\(.address) is '\(probe.address)': \(other) on bridge \(probe.bridge) has that address already",
            value: "\(probe.address)")
    }

    /// - Throws: `proofFailed` with the question and the answer.
    func prove(_ probe: AddressProbe) async throws(Refusal) {
        let answer = try await ask(probe)
        let question = "machine '\(probe.machine.name)' was asked at \(probe.address) on bridge \(probe.bridge)"
        guard let mac = answer.mac else {
            throw await Refusal(.proofFailed, "\(question) for \(probe.seconds) s and did not answer")
                .namingFilters(of: shell, on: probe.bridge)
        }
        guard mac == probe.mac else {
            throw Refusal(.proofFailed, "\(question), but \(mac) answers there instead of \(probe.mac)")
        }
        if answer.echoes == false {
            throw await Refusal(
                .proofFailed, "\(question): it is there, but does not answer ping within \(probe.seconds) s"
            )
            .namingFilters(of: shell, on: probe.bridge)
        }
    }

    /// - Throws: `proofFailed` if no such frame came.
    func prove(_ probe: StackProbe) async throws(Refusal) {
        guard let shell else {
            throw Refusal(.notOffered, "this host cannot listen for a machine's frames: no program can be run on it")
        }
        switch try await shell.run(ListenForFrame(probe), seconds: probe.seconds.plus(10)) {
        case .heard: return
        case .missing: throw Refusal(.notOffered, "the host lacks the program 'tcpdump' to listen with")
        case .silent(let said):
            throw Refusal(
                .proofFailed,
                "machine '\(probe.machine.name)' runs, but sent no \(probe.probe.protocolName) on bridge \(probe.bridge) "
                    + "within \(probe.seconds) s (listened for '\(probe.probe.frames)' from \(probe.mac))",
                detail: said)
        }
    }

    private func ask(_ probe: AddressProbe) async throws(Refusal) -> ProbeAnswers {
        guard let shell else {
            throw Refusal(.notOffered, "this host cannot probe addresses: no program can be run on it")
        }
        let call = try ProbeAddress(probe.address.address, on: probe.bridge, seconds: probe.seconds)
        return try await shell.run(call, seconds: probe.seconds.plus(10))
    }
}
