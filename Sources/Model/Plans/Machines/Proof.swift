/// The proof of a machine that starts: the check before the start, and the observations that must follow it.
struct Proof {
    var machine: MachineReference
    var bridge: String
    var address: InterfaceAddress
    var mac: MACAddress
    /// The address family that proves it, and the frame by which its stack shows that it runs.
    var addressing: Image.Addressing
    var probe: Image.Probe?
    /// Timeout in seconds.
    var seconds: Int
    var survey: HostSurvey

    /// Checks that the address is unused, if the host can probe it.
    var before: [Step] { addressing != .none && lack == nil ? [.checkAddressFree(addressProbe(1))] : [] }

    /// The note for a plan without ``before``.
    var notes: [String] {
        guard addressing != .none, let lack else { return [] }
        return ["it is not checked whether \(address.address) is free: \(lack)"]
    }

    private var lack: String? { survey.reasonAgainstProbes(for: address.address, on: bridge) }

    /// - Throws: `notOffered` if the host cannot probe, or the image has no frame to wait for.
    func after(_ waitFor: MachineRequest.WaitFor) throws(Refusal) -> [Step] {
        switch waitFor {
        case .started: return []
        case .address where addressing == .none: return [try proveStack(waitFor)]
        case .address: return [try proveAddress(waitFor)]
        case .stack where addressing == .none: return [try proveStack(waitFor)]
        case .stack: return [try proveAddress(waitFor), try proveStack(waitFor)]
        }
    }

    private func addressProbe(_ seconds: Int) -> AddressProbe {
        AddressProbe(machine: machine, bridge: bridge, address: address, mac: mac, seconds: seconds)
    }

    private func proveAddress(_ waitFor: MachineRequest.WaitFor) throws(Refusal) -> Step {
        if let lack { throw notOffered(waitFor, "\(lack); or use \(.waitFor)=started") }
        return .proveAddress(addressProbe(seconds))
    }

    private func proveStack(_ waitFor: MachineRequest.WaitFor) throws(Refusal) -> Step {
        guard let probe else {
            throw notOffered(waitFor, "the image has no probe of its stack; use \(.waitFor)=started")
        }
        guard survey.capturesFrames else {
            throw notOffered(
                waitFor,
                "host '\(survey.hostName)' cannot listen for the stack: it lacks \([MissingProgram(.tcpdump)].words); or use "
                    + "\(.waitFor)=started")
        }
        return .proveStack(
            StackProbe(machine: machine, bridge: bridge, mac: mac, probe: probe, seconds: seconds))
    }

    private func notOffered(_ waitFor: MachineRequest.WaitFor, _ why: Refusal.Words) -> Refusal {
        Refusal(.notOffered, .waitFor, "\(.waitFor) is '\(waitFor.rawValue)': \(why)", value: waitFor.rawValue)
    }
}
