internal import Control
internal import Model
internal import VMSAPI

extension PlanVirtualNetworkResponse {
    init(_ planned: Networks.Planned) {
        self.init()
        var told = VMSAPI.VirtualNetwork(planned.network)
        if planned.isNew { (told.id, told.created) = (nil, nil) }
        for index in told.router.indices {
            let machine = planned.plan.newMachines.first { $0.name == told.router[index].name }
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
        change = planned.changes.map(VMSAPI.NetworkChange.init)
        stage = planned.plan.stages.map { lanes in
            var stage = PlannedStage()
            stage.name = lanes.first?.phase ?? ""
            for lane in lanes {
                if stage.lane.last?.phyServer != lane.node.name {
                    var told = PlannedLane()
                    told.phyServer = lane.node.name
                    stage.lane.append(told)
                }
                stage.lane[stage.lane.count - 1].step += planned.plan.steps[lane.steps].map {
                    $0.words(in: planned.network)
                }
            }
            return stage
        }
    }
}

extension Plan {
    fileprivate var newMachines: [Model.Machine] {
        atBegin.compactMap { if case .insertMachine(let machine) = $0 { machine } else { nil } }
    }
}
