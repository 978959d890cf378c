internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var migrationEndpoints: [Endpoint] {
        [
            Endpoint(MigrateVirtualMachine.self) { request throws(Refusal) in
                let moved = try await machines.migrate(
                    request.vmName, from: request.sourcePhyServer, to: request.destPhyServer, isLive: request.live,
                    within: MoveLimits(request), waitFor: .init(request.waitFor), waits: !(request.async ?? false))
                var response = MigrateVirtualMachineResponse(moved)
                response.maxGapKept = moved.outcome?.keeps(request.maxGap)
                return response
            },
            Endpoint(EvacuatePhysicalServer.self) { request throws(Refusal) in
                let evacuated = try await machines.evacuate(
                    request.phyServer, isLive: request.live, within: MoveLimits(request),
                    atOnce: Int(clamping: request.atOnce), isDry: request.dryRun ?? false)
                var response = EvacuatePhysicalServerResponse()
                response.dryRun = request.dryRun ?? false
                response.vm = evacuated.map(EvacuatedMachine.init)
                response.network = NetworkLoss.sums(of: evacuated)
                response.empty = evacuated.allSatisfy { $0.moved != nil }
                return response
            },
            Endpoint(MigrateVirtualNetwork.self) { request throws(Refusal) in
                let migrated = try await networks.migrate(
                    request.networkName, to: try request.hosts(), others: request.phyServer, isLive: request.live,
                    within: MoveLimits(request), isDry: request.dryRun ?? false, waits: !(request.async ?? false))
                var response = MigrateVirtualNetworkResponse()
                response.dryRun = request.dryRun ?? false
                response.operation = migrated.operation?.text
                response.networkName = migrated.network.name
                response.vm = migrated.outcome?.moves.map(MovedMachine.init) ?? migrated.ways.map(MovedMachine.init)
                response.maxGapKept = migrated.outcome?.keeps(request.maxGap)
                response.transferredBytes = migrated.outcome?.sentBytes
                response.phase = (migrated.outcome?.phases ?? []).map(Phase.init)
                return response
            },
        ]
    }
}

extension MoveLimits {
    init(_ wire: some MigrationRequest) {
        self.init(
            bandwidthMiBps: wire.bandwidth.map { Int(clamping: $0) },
            downtimeMilliseconds: wire.maxDowntime.map { Int(clamping: $0) },
            deadlineSeconds: wire.deadline.map { Int(clamping: $0) },
            afterDeadline: wire.onDeadline == .suspend ? .suspend : .abort,
            gapMilliseconds: wire.maxGap.map { Int(clamping: $0) })
    }
}

extension OperationOutcome {
    /// Whether every gap was within the requested limit; `nil` without a limit or without a measurement.
    fileprivate func keeps(_ gap: Int32?) -> Bool? {
        let gaps = moves.flatMap(\.losses).map(\.longestGapMilliseconds)
        guard let gap, let longest = gaps.max() else { return nil }
        return longest <= Int64(clamping: gap)
    }
}

extension MigrateVirtualNetwork {
    /// The requested host of each named router.
    ///
    /// - Throws: `invalidValue` for a router that is named twice.
    fileprivate func hosts() throws(Refusal) -> [String: String] {
        var hosts: [String: String] = [:]
        for place in router {
            guard hosts.updateValue(place.phyServer, forKey: place.name) == nil else {
                throw Refusal(
                    .invalidValue, .router, "router '\(place.name.shown)' is named twice: it can be on one host only",
                    value: place.name.shown)
            }
        }
        return hosts
    }
}

extension MigrateVirtualMachineResponse {
    fileprivate init(_ moved: Machines.Moved) {
        self.init()
        operation = moved.operation.text
        vmName = moved.machine
        phyServer = moved.destination
        let move = moved.outcome?.moves.first
        downtimeMs = move?.downtimeMilliseconds
        link = (move?.losses ?? []).map(LinkLoss.init)
        transferredBytes = moved.outcome?.sentBytes
        phase = (moved.outcome?.phases ?? []).map(Phase.init)
    }
}

extension EvacuatedMachine {
    fileprivate init(_ evacuated: Machines.Evacuated) {
        self.init()
        vmName = evacuated.move.machine.name
        networkName = evacuated.move.machine.network
        phyServer = evacuated.refusal == nil ? evacuated.move.destination : nil
        reason = evacuated.refusal?.reason.onWire ?? evacuated.move.because
        code = evacuated.refusal?.code.rawValue
        operation = evacuated.moved?.operation.text ?? evacuated.refusal?.operation
        let move = evacuated.moved?.outcome?.moves.first
        downtimeMs = move?.downtimeMilliseconds
        link = (move?.losses ?? []).map(LinkLoss.init)
    }
}

extension NetworkLoss {
    /// The losses of each network whose routers moved, in the order of the networks' names.
    static func sums(of evacuated: [Machines.Evacuated]) -> [NetworkLoss] {
        var sums: [String: NetworkLoss] = [:]
        for machine in evacuated {
            guard let network = machine.move.machine.network, let outcome = machine.moved?.outcome else { continue }
            var sum = sums[network] ?? NetworkLoss()
            sum.networkName = network
            for loss in outcome.moves.flatMap(\.losses) {
                sum.packetsSent = sum.packetsSent.plus(Int64(clamping: loss.packetsSent))
                sum.packetsLost = sum.packetsLost.plus(Int64(clamping: loss.packetsLost))
                sum.longestGapMs = max(sum.longestGapMs, loss.longestGapMilliseconds)
            }
            sums[network] = sum
        }
        return sums.values.sorted { $0.networkName < $1.networkName }
    }
}

extension MovedMachine {
    init(_ move: OperationOutcome.Move) {
        self.init()
        vmName = move.machine
        sourcePhyServer = move.source
        destPhyServer = move.destination
        downtimeMs = move.downtimeMilliseconds
        link = move.losses.map(LinkLoss.init)
    }

    fileprivate init(_ way: Networks.Way) {
        self.init()
        vmName = way.router
        sourcePhyServer = way.source
        destPhyServer = way.destination
    }
}

extension LinkLoss {
    init(_ loss: MoveLoss) {
        self.init()
        name = loss.link
        phyServer = loss.host
        packetsSent = Int32(clamping: loss.packetsSent)
        packetsLost = Int32(clamping: loss.packetsLost)
        longestGapMs = loss.longestGapMilliseconds
    }
}
