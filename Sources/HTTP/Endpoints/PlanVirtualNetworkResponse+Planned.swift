internal import Model
internal import VMSAPI

extension PlanVirtualNetworkResponse {
    init(_ planned: PlannedNetwork) {
        self.init()
        var told = VMSAPI.VirtualNetwork(planned.network)
        if planned.isNew { (told.id, told.created) = (nil, nil) }
        let machines = Dictionary(planned.machines.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let places = InterfacePlaces(of: planned.network)
        for index in told.router.indices {
            let machine = machines[told.router[index].name]
            told.router[index].uuid = nil
            told.router[index].vmRAM = machine?.memoryMiB
            told.router[index].image = machine?.image
        }
        for index in told.link.indices {
            told.link[index].state = nil
            for end in told.link[index].end.indices { told.link[index].end[end].macAddress = nil }
        }
        network = told
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
                    var told = PlannedLane()
                    (told.phyServer, told.step) = (lane.host.name, words)
                    stage.lane.append(told)
                }
            }
            return stage
        }
    }
}
