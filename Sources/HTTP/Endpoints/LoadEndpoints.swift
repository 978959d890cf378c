internal import Control
internal import FoundationEssentials
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var loadEndpoints: [Endpoint] {
        [
            Endpoint(ListLoads.self) { (request, caller) throws(Refusal) in
                let loads = try await acting(for: caller).statistics.loads(
                    sortedBy: .init(request.sort), on: request.phyServer, limit: Int(clamping: request.limit))
                var response = ListLoadsResponse()
                response.host = loads.hosts.map(VMSAPI.HostLoad.init)
                response.vm = loads.machines.map(VMSAPI.MachineLoad.init)
                response.link = loads.links.map(VMSAPI.LinkLoad.init)
                return response
            },
            Endpoint(GetTeamStatistics.self) { (request, caller) throws(Refusal) in
                let uses = try await acting(for: caller).statistics.use(
                    ofTeam: request.team, from: request.from ?? Date().addingTimeInterval(-30 * 86_400),
                    least: request.step.map { Int64(clamping: $0) } ?? 1)
                var response = GetTeamStatisticsResponse()
                response.team = uses.map(VMSAPI.TeamUse.init)
                // With many teams, an answer would grow without bound.
                if request.team == nil { for index in response.team.indices { response.team[index].point = [] } }
                return response
            },
        ]
    }
}

extension VMSAPI.TeamUse {
    fileprivate init(_ use: Statistics.TeamUse) {
        self.init()
        let (sums, steps) = (use.sums, use.part.step.seconds)
        (team, covered, step) = (use.team.name, use.seconds, steps)
        since = use.part.points.first.flatMap { Date(told: Double($0.start)) }
        cpuTime = sums[.cpuUse]?.rounded()
        memory = sums[.memoryUsed].map { ($0 / Double(max(1, use.seconds))).rounded() }
        (rxBytes, txBytes) = (sums[.received]?.rounded(), sums[.sent]?.rounded())
        (readBytes, writtenBytes) = (sums[.read]?.rounded(), sums[.written]?.rounded())
        point = use.part.points.map { VMSAPI.SeriesPoint($0) }
    }
}

extension Statistics.LoadKey {
    fileprivate init(_ wire: LoadKey) {
        self =
            switch wire {
            case .cpu: .cpu
            case .memory: .memory
            case .traffic: .traffic
            case .disk: .disk
            case .name: .name
            }
    }
}

extension VMSAPI.HostLoad {
    fileprivate init(_ load: Statistics.HostLoad) {
        self.init()
        let (line, statistics) = (load.line, load.line.statistics)
        phyServer = line.host.name
        state = line.condition.flatMap { NodeState(rawValue: $0.state.rawValue) }
        cpuUse = load.values[.cpuUse].map { ($0 * 1000).rounded() / 10 }
        memoryUsed = load.values[.memoryUsed].flatMap { Int64(nearest: $0) }
        memory = statistics?.figures[.memory]
        running = statistics.map { Int32(clamping: $0.running) }
        age = line.age.flatMap { Int64(nearest: $0 * 1000) }
    }
}

extension VMSAPI.MachineLoad {
    fileprivate init(_ load: Statistics.MachineLoad) {
        self.init()
        (vmName, phyServer, networkName) = (load.machine.name, load.machine.host, load.machine.network)
        func whole(_ name: SeriesValue) -> Int64? { load.values[name].flatMap { Int64(nearest: $0) } }
        cpuUse = load.values[.cpuUse].map { ($0 * 1000).rounded() / 10 }
        (memoryUsed, memory) = (whole(.memoryUsed), load.totals?.totals.figures[.memoryAllocated])
        (rxRate, txRate) = (whole(.received), whole(.sent))
        (readRate, writeRate) = (whole(.read), whole(.written))
    }
}

extension VMSAPI.LinkLoad {
    fileprivate init(_ load: Statistics.LinkLoad) {
        self.init()
        (networkName, link) = (load.network, load.link)
        rate = load.sent.flatMap { Int64(nearest: $0) }
        proven = load.isProven
    }
}
