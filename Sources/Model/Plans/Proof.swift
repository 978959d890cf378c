/// How a machine that starts is proven: what is asked before the start, and what must be seen after it.
struct Proof {
    var machine: MachineReference
    var bridge: String
    var address: InterfaceAddress
    var mac: MACAddress
    /// Which address proves it, and its stack's own sign of life.
    var addressing: Image.Addressing
    var probe: Image.Probe?
    /// How long it may take, in seconds.
    var seconds: Int
    var survey: HostSurvey

    /// Makes sure that nobody has the address, wherever the host can be asked.
    var before: [Step] {
        addressing != .none && survey.probesAddresses ? [.checkAddressFree(addressProbe(1))] : []
    }

    /// - Throws: `notOffered` when the host cannot ask, or the image has no sign of life to wait for.
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
        guard survey.probesAddresses else {
            throw notOffered(
                waitFor,
                "a \(survey.hypervisor.name) host cannot be asked whether \(address) answers; say waitFor=started")
        }
        if address.address.isIPv6, let why = survey.lackOfIPv6(on: bridge) { throw notOffered(waitFor, why) }
        return .proveAddress(addressProbe(seconds))
    }

    private func proveStack(_ waitFor: MachineRequest.WaitFor) throws(Refusal) -> Step {
        guard let probe else {
            throw notOffered(waitFor, "the image has no probe of its stack; say waitFor=started")
        }
        guard survey.hearsFrames else {
            throw notOffered(
                waitFor,
                "the host lacks the program 'tcpdump' to listen for the stack; install it, or say waitFor=started")
        }
        return .proveStack(
            StackProbe(machine: machine, bridge: bridge, mac: mac, probe: probe, seconds: seconds))
    }

    private func notOffered(_ waitFor: MachineRequest.WaitFor, _ why: String) -> Refusal {
        Refusal(.notOffered, "waitFor is '\(waitFor.rawValue)': \(why)", field: "waitFor", value: waitFor.rawValue)
    }
}
