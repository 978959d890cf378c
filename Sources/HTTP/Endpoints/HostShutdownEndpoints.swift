internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var hostShutdownEndpoints: [Endpoint] {
        [
            Endpoint(ShutdownPhysicalServer.self) { request throws(Refusal) in
                let shut = try await machines.shutDown(request.phyServer, Machines.EvacuationOptions(request))
                var response = ShutdownPhysicalServerResponse()
                response.since = shut.since
                response.operation = shut.operation?.text
                response.vm = shut.machines.map { LeftMachine($0, on: shut.host) }
                response.network = NetworkLoss.sums(of: shut.machines.compactMap(\.evacuated))
                return response
            }
        ]
    }
}

extension Machines.EvacuationOptions {
    fileprivate init(_ wire: ShutdownPhysicalServer) {
        let fate: HostShutdown.Fate =
            switch wire.machines {
            case .refuse: .refuse
            case .evacuate: .evacuate
            case .stop: .stop
            }
        self.init(fate)
        isLive = wire.live
        limits = MoveLimits(wire)
        atOnce = Int(clamping: wire.atOnce)
        seconds = Int(clamping: wire.timeout)
    }
}

extension Machines.Left {
    fileprivate var evacuated: Machines.Evacuated? { if case .moved(let evacuated) = became { evacuated } else { nil } }
}

extension LeftMachine {
    fileprivate init(_ left: Machines.Left, on host: String) {
        self.init()
        vmName = left.machine.name
        networkName = left.machine.network
        phyServer = host
        switch left.became {
        case .off: became = .off
        case .stopped(let id):
            became = .stopped
            operation = id.text
        case .moved(let evacuated):
            became = .moved
            phyServer = evacuated.moved?.destination ?? host
            operation = evacuated.moved?.operation.text
            let move = evacuated.moved?.outcome?.moves.first
            downtimeMs = move?.downtimeMilliseconds
            link = (move?.losses ?? []).map(LinkLoss.init)
        }
    }
}
