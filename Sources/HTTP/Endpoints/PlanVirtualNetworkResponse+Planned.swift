internal import Model
internal import VMSAPI

extension PlanVirtualNetworkResponse {
    init(_ planned: PlannedNetwork) {
        self.init()
        var described = VMSAPI.VirtualNetwork(planned.network)
        if planned.isNew { (described.id, described.created) = (nil, nil) }
        let machines = Dictionary(planned.machines.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let places = InterfacePlaces(of: planned.network)
        for index in described.router.indices {
            let machine = machines[described.router[index].name]
            described.router[index].uuid = nil
            described.router[index].vmRAM = machine?.memoryMiB
            described.router[index].image = machine?.image
        }
        for index in described.link.indices {
            described.link[index].state = nil
            for end in described.link[index].end.indices { described.link[index].end[end].macAddress = nil }
        }
        network = described
        plan = planned.token
        note = planned.plan.notes
        change = planned.changes.map(VMSAPI.NetworkChange.init)
        stage = planned.plan.stages.map { lanes in
            var stage = PlannedStage()
            stage.name = lanes.phases.joined(separator: ", ")
            for lane in lanes {
                let words = planned.plan.steps[lane.steps].map { $0.words(places) }
                if let index = stage.lane.firstIndex(where: { $0.phyServer == lane.host.name }) {
                    stage.lane[index].step += words
                } else {
                    var newLane = PlannedLane()
                    (newLane.phyServer, newLane.step) = (lane.host.name, words)
                    stage.lane.append(newLane)
                }
            }
            return stage
        }
    }
}
