internal import Libvirt
internal import Model

/// Asks on the host who answers at an address, without anything in the guest but its stack.
struct Prober {
    private let shell: Shell?

    init(_ opened: HostSession.Opened) { shell = opened.route.shell }

    /// - Throws: `addressTaken` when anybody answers.
    func checkFree(_ probe: AddressProbe) async throws(Refusal) {
        guard let other = try await ask(probe).mac else { return }
        throw Refusal(
            .addressTaken, "vmIP is '\(probe.address)': \(other) on bridge \(probe.bridge) has that address already",
            field: "vmIP", value: "\(probe.address)")
    }

    /// - Throws: `proofFailed` with what was tried and what came.
    func prove(_ probe: AddressProbe) async throws(Refusal) {
        let answer = try await ask(probe)
        let asked = "machine '\(probe.machine.name)' was asked at \(probe.address) on bridge \(probe.bridge)"
        guard let mac = answer.mac else {
            throw await Refusal(.proofFailed, "\(asked) for \(probe.seconds) s and did not answer")
                .namingFilters(of: shell, on: probe.bridge)
        }
        guard mac == probe.mac else {
            throw Refusal(.proofFailed, "\(asked), but \(mac) answers there instead of \(probe.mac)")
        }
        if answer.echoes == false {
            throw await Refusal(
                .proofFailed, "\(asked): it is there, but does not answer ping within \(probe.seconds) s"
            )
            .namingFilters(of: shell, on: probe.bridge)
        }
    }

    /// - Throws: `proofFailed` when no such frame came.
    func prove(_ probe: StackProbe) async throws(Refusal) {
        guard let shell else { throw Refusal(.notOffered, "this host cannot be asked what a machine sends") }
        let output = try await shell.run(
            .listen,
            [
                try HostArgument(device: probe.bridge), HostArgument(probe.mac),
                try HostArgument(frames: probe.probe.frames), HostArgument(probe.seconds),
            ], seconds: probe.seconds.plus(10))
        if output.hasPrefix("heard") { return }
        if output.hasPrefix("missing") {
            throw Refusal(.notOffered, "the host lacks the program 'tcpdump' to listen with")
        }
        throw Refusal(
            .proofFailed,
            "machine '\(probe.machine.name)' runs, but sent no \(probe.probe.protocolName) on bridge \(probe.bridge) "
                + "within \(probe.seconds) s (listened for '\(probe.probe.frames)' from \(probe.mac))",
            detail: output)
    }

    private func ask(_ probe: AddressProbe) async throws(Refusal) -> ProbeAnswers {
        guard let shell else { throw Refusal(.notOffered, "this host cannot be asked whether an address answers") }
        let output = try await shell.run(
            .probe,
            [
                try HostArgument(device: probe.bridge), HostArgument(probe.address.address),
                HostArgument(probe.address.address.isIPv6 ? 6 : 4), HostArgument(probe.seconds),
            ], seconds: probe.seconds.plus(10))
        return try ProbeAnswers(output)
    }
}

/// What the script `probe` told.
struct ProbeAnswers: Sendable {
    /// Of who answered.
    var mac: MACAddress?
    /// `nil` when the host has no address from which to ask.
    var echoes: Bool?

    /// - Throws: `notOffered` when the host lacks a program for it.
    init(_ output: String) throws(Refusal) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("answer", 2): mac = MACAddress(words[1])
            case ("echo", 2): echoes = words[1] == "unasked" ? nil : words[1] == "yes"
            case ("missing", 2):
                throw Refusal(.notOffered, "the host lacks a program to probe with: apt-get install \(words[1].shown)")
            default: continue
            }
        }
    }
}
