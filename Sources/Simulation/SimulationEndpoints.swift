package import HTTP
internal import Model
internal import Simulator
internal import VMSAPI

/// The services that inject defects into a simulation.
package struct SimulationEndpoints: Sendable {
    let simulation: Simulation

    package init(_ simulation: Simulation) { self.simulation = simulation }

    private var simulator: Simulator { simulation.simulator }

    package var all: [Endpoint] { [reading] + hosts + hostPairs + links + resources + faults }

    private var reading: Endpoint {
        Endpoint(GetSimulation.self) { _ in state() }
    }

    private var hosts: [Endpoint] {
        [
            changing(LoseHost.self) { request throws(Refusal) in
                let host = try known(request.phyServer)
                if request.power == true { simulator.powerOff(host) } else { simulator.silence(host) }
            },
            changing(RestoreHost.self) { request throws(Refusal) in
                let host = try known(request.phyServer)
                if simulator.isOff(host) { simulator.switchOn(host) } else { simulator.restore(host) }
            },
            changing(RestartHosts.self) { request throws(Refusal) in
                let named = try request.phyServer.map { text throws(Refusal) in try known(text) }
                let hosts = named.isEmpty ? simulator.hosts.keys.sorted() : named
                for host in hosts { simulator.powerOff(host) }
                try await simulator.wait(.seconds(20))
                for host in hosts { simulator.switchOn(host) }
            },
        ]
    }

    private var hostPairs: [Endpoint] {
        [
            changing(CutHosts.self) { request throws(Refusal) in
                let (one, other) = try two(request.phyServer, request.other)
                simulator.cut(one, from: other)
            },
            changing(JoinHosts.self) { request throws(Refusal) in
                let (one, other) = try two(request.phyServer, request.other)
                simulator.join(one, with: other)
            },
        ]
    }

    private var links: [Endpoint] {
        [
            changing(BreakSimulatedLink.self) { request throws(Refusal) in
                let host = try request.phyServer.map { text throws(Refusal) in try known(text) }
                _ = try simulator.breakLink(
                    request.link, of: request.networkName, on: host, LinkBreak.Kind(request.kind))
            },
            changing(MendSimulatedLink.self) { request throws(Refusal) in
                let host = try request.phyServer.map { text throws(Refusal) in try known(text) }
                guard simulator.mendLink(request.link, of: request.networkName, on: host).isEmpty else { return }
                throw Refusal(
                    .linkInvalid, .link,
                    "\(.link) is '\(request.link.shown)': it is not broken, or not on that host; "
                        + "see getSimulation", value: request.link.shown)
            },
        ]
    }

    private var resources: [Endpoint] {
        [
            changing(SetSpeed.self) { request throws(Refusal) in
                simulation.setSpeed(try SimulationSpeed(request.speed))
            },
            changing(SlowTransfers.self) { request throws(Refusal) in
                let host = try known(request.phyServer)
                simulator.slow(host, to: request.mbit.map { $0 * 125_000 })
            },
            changing(FillPool.self) { request throws(Refusal) in
                let host = try known(request.phyServer)
                simulator.fill(host, leaving: request.freeMiB.map { $0 << 20 })
            },
        ]
    }

    private var faults: [Endpoint] {
        [
            changing(SetFaults.self) { request throws(Refusal) in
                var faults: [Fault] = []
                for described in request.fault { faults.append(try fault(described)) }
                simulator.script(faults)
            },
            changing(DrawFaults.self) { request throws(Refusal) in
                var random = SeededNumbers(seed: request.seed)
                let hosts = simulator.hosts.keys.sorted()
                let drawn = (0..<max(0, request.count)).compactMap { _ -> Fault? in
                    guard let host = hosts.randomElement(using: &random) else { return nil }
                    return Fault(
                        .perform, Int(clamping: Int32.random(in: 1...max(1, request.within), using: &random)),
                        Bool.random(using: &random) ? .before : .after,
                        .refuse(Self.refusal(.hypervisorFailed, on: host)), on: host)
                }
                simulator.script(drawn)
            },
            changing(ClearFaults.self) { _ throws(Refusal) in
                simulator.clear()
                for host in simulator.hosts.keys.sorted() {
                    if simulator.isOff(host) { simulator.switchOn(host) } else { simulator.restore(host) }
                }
            },
        ]
    }

    // MARK: - Conversion from and to the wire

    /// A service that changes the simulation: records the call in the script, and answers with the new state.
    private func changing<S: SimulationService>(
        _ service: S.Type, _ change: @escaping @Sendable (S) async throws(Refusal) -> Void
    ) -> Endpoint {
        Endpoint(service) { request throws(Refusal) in
            try await change(request)
            var call = SimulationCall()
            call.service = S.name
            call.request = String(decoding: JSONWriter.bytes(of: request.wireValue), as: UTF8.self)
            simulation.record(call)
            return state()
        }
    }

    /// - Throws: `hostNotRegistered`, with the names of existing hosts.
    private func known(_ name: String, subject: Refusal.Subject = .host) throws(Refusal) -> String {
        let hosts = simulator.hosts.keys.sorted()
        guard hosts.contains(name) else {
            throw Refusal(
                .hostNotRegistered, subject,
                "\(subject) is '\(name.shown)': there is no simulated host of that name; there are "
                    + hosts.prefix(20).joined(separator: ", "), value: name.shown)
        }
        return name
    }

    private func two(_ one: String, _ other: String) throws(Refusal) -> (String, String) {
        let (one, other) = (try known(one), try known(other, subject: .field("other")))
        guard one != other else {
            throw Refusal(
                .invalidValue, .field("other"), "other is '\(other.shown)': must be another host than \(.host)",
                value: other.shown)
        }
        return (one, other)
    }

    private func fault(_ described: SimulatedFault) throws(Refusal) -> Fault {
        let host = try known(described.phyServer)
        let kind: Fault.Kind
        if described.hang == true {
            kind = .hang
        } else {
            let text = described.code ?? Refusal.Code.hypervisorFailed.rawValue
            guard let code = Refusal.Code(rawValue: text) else {
                throw Refusal(
                    .invalidValue, .field("code"),
                    "code is '\(text.shown)': must be a code of docs/faults.md, such as hypervisorFailed",
                    value: text.shown)
            }
            kind = .refuse(Self.refusal(code, on: host))
        }
        return Fault(
            described.call == .undo ? .undo : .perform, Int(clamping: described.number),
            described.moment == .after ? .after : .before, kind, times: Int(clamping: described.times), on: host)
    }

    private static func refusal(_ code: Refusal.Code, on host: String) -> Refusal {
        Refusal(code, "host '\(host)' failed because of a scripted fault", host: host)
    }

    private func state() -> SimulationResponse {
        var response = SimulationResponse()
        response.seed = simulation.settings.seed
        response.speed = simulation.currentSpeed.description
        response.host = simulator.hosts.sorted { $0.key < $1.key }.map { name, host in
            var state = SimulatedHostState()
            state.phyServer = name
            state.state = simulator.isOff(name) ? .down : simulator.isSilent(name) ? .unreachable : .up
            state.machines = Int32(clamping: host.domains.values.count { $0.isRunning })
            state.poolFreeMiB = max(0, host.available) >> 20
            state.transferMbit = simulator.rate(of: name).map { $0 / 125_000 }
            return state
        }
        response.cut = simulator.cuts.map { pair in
            var cut = HostCut()
            (cut.phyServer, cut.other) = (pair.first ?? "", pair.last ?? "")
            return cut
        }
        response.brokenLink = simulator.breaks.map { linkBreak in
            var broken = BrokenLink()
            (broken.networkName, broken.link, broken.phyServer) = (linkBreak.network, linkBreak.link, linkBreak.host)
            broken.kind = LinkBreakKind(rawValue: linkBreak.kind.rawValue) ?? .peer
            return broken
        }
        response.fault = simulator.faults.map(SimulatedFault.init)
        response.script = simulation.script
        return response
    }
}

extension LinkBreak.Kind {
    fileprivate init(_ wire: LinkBreakKind) {
        self =
            switch wire {
            case .peer: .peer
            case .mtu: .mtu
            case .mac: .mac
            case .bridge: .bridge
            case .stack: .stack
            }
    }
}

extension SimulatedFault {
    fileprivate init(_ fault: Fault) {
        self.init()
        phyServer = fault.host
        number = Int32(clamping: fault.number)
        moment = fault.moment == .after ? .after : .before
        call = fault.call == .undo ? .undo : .perform
        times = Int32(clamping: fault.times)
        switch fault.kind {
        case .hang: hang = true
        case .refuse(let refusal): code = refusal.code.rawValue
        }
    }
}
