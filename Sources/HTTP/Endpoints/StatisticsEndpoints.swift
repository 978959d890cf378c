internal import Control
internal import FoundationEssentials
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var statisticsEndpoints: [Endpoint] {
        [
            Endpoint(GetPhysicalServerStatistics.self) { request throws(Refusal) in
                let found = try await statistics.host(request.phyServer)
                var response = GetPhysicalServerStatisticsResponse(found)
                if let part = try await series(.host(found.host.name), request) {
                    (response.step, response.point) = (part.step.seconds, part.points.map { VMSAPI.SeriesPoint($0) })
                }
                return response
            },
            Endpoint(GetVirtualMachineStatistics.self) { request throws(Refusal) in
                let found = try await statistics.machine(request.vmName, on: request.phyServer)
                var response = GetVirtualMachineStatisticsResponse(found)
                if let part = try await series(.machine(found.id), request) {
                    (response.step, response.point) = (part.step.seconds, part.points.map { VMSAPI.SeriesPoint($0) })
                }
                return response
            },
            Endpoint(GetVirtualNetworkStatistics.self) { request throws(Refusal) in
                let found = try await statistics.network(request.networkName)
                var response = GetVirtualNetworkStatisticsResponse(found)
                let machines = Dictionary(found.network.routers.map { ($0.name, $0.machine) }) { first, _ in first }
                var points = 0
                for port in found.ports {
                    guard let machine = machines[port.end.router],
                        let part = try await series(.port(machine, port.end.mac), request),
                        let link = response.link.firstIndex(where: { $0.name == port.link.name }),
                        let end = response.link[link].port.firstIndex(where: { $0.router == port.end.router })
                    else { continue }
                    points += part.points.count
                    guard points <= Self.mostPoints else {
                        throw Refusal(
                            .tooMany, .field("from"),
                            "the \(found.ports.count) ports of the network have more than \(Self.mostPoints) points: "
                                + "choose a later from, or a longer step")
                    }
                    response.step = part.step.seconds
                    response.link[link].port[end].point = part.points.map { VMSAPI.SeriesPoint($0) }
                }
                return response
            },
        ]
    }

    /// The most points of one answer.
    private static let mostPoints = 50_000

    /// - Returns: `nil` for a request of present figures only.
    private func series(
        _ object: SeriesObject, _ request: some SeriesRequest
    ) async throws(Refusal) -> SeriesBook.Part? {
        guard let from = request.from else { return nil }
        return try await statistics.series(of: object, from: from, least: request.step.map { Int64(clamping: $0) } ?? 1)
    }
}

extension GetPhysicalServerStatisticsResponse {
    fileprivate init(_ found: Statistics.OfHost) {
        self.init()
        let (statistics, figures) = (found.statistics, found.statistics.figures)
        phyServer = found.host.name
        time = statistics.time
        age = found.age.milliseconds ?? 0
        cpus = figures[.cpus]
        cpuUse = statistics.cpuUse.map { $0.percent }
        (cpuUser, cpuSystem) = (figures[.cpuUser], figures[.cpuSystem])
        (cpuIdle, cpuWait) = (figures[.cpuIdle], figures[.cpuWait])
        cpuMachines = figures[.cpuMachines]
        (memory, memoryAvailable) = (figures[.memory], figures[.memoryAvailable])
        running = Int32(clamping: statistics.running)
        pool = statistics.pools.map { pool in
            var answer = PoolStatistics()
            (answer.name, answer.capacity, answer.available) = (pool.name, pool.capacity, pool.available)
            return answer
        }
        // One of the two ways to report CPU time suffices.
        absent = figures.absent.filter { $0 != .cpuMachines }.map { "\($0)" }
    }
}

extension GetVirtualMachineStatisticsResponse {
    fileprivate init(_ found: Statistics.OfMachine) {
        self.init()
        (vmName, phyServer) = (found.name, found.host.name)
        guard let totals = found.totals else { return }
        let figures = totals.totals.figures
        time = totals.time
        age = found.age?.milliseconds
        cpuUse = totals.cpuUse.map { $0.percent }
        (cpuTime, cpuDelay, vcpus) = (figures[.cpuTime], figures[.cpuDelay], figures[.vcpus])
        (memoryAllocated, memoryUsed) = (figures[.memoryAllocated], figures[.memoryUsed])
        memoryResident = figures[.memoryResident]
        interface = totals.interfaces.sorted { $0.key.description < $1.key.description }.map { mac, total in
            var answer = InterfaceStatistics(mac, total.figures)
            answer.link = found.links[mac]
            return answer
        }
        disk = totals.disks.sorted { $0.key < $1.key }.map { DiskStatistics($0, $1.figures) }
        absent = figures.absent.map { "\($0)" }
    }
}

extension GetVirtualNetworkStatisticsResponse {
    fileprivate init(_ found: Statistics.OfNetwork) {
        self.init()
        networkName = found.network.name
        unreachable = found.unreachable
        link = found.network.links.map { link in
            var answer = LinkStatistics()
            answer.name = link.name
            if let verification = found.verification {
                answer.fault = verification.faults[link.name]?.code.rawValue
                answer.proven = link.isProven(by: verification) == true ? verification.time : nil
            }
            answer.port = found.ports.filter { $0.link.name == link.name }.map { port in
                var answer = InterfaceStatistics(port.end.mac, port.figures ?? Figures())
                (answer.link, answer.router, answer.phyServer) = (link.name, port.end.router, port.end.host)
                answer.age = port.age?.milliseconds
                return answer
            }
            return answer
        }
    }
}

extension InterfaceStatistics {
    fileprivate init(_ address: MACAddress, _ figures: Figures<InterfaceFigure>) {
        self.init()
        mac = address.description
        (rxBytes, rxPackets) = (figures[.receivedBytes], figures[.receivedPackets])
        (rxErrors, rxDrops) = (figures[.receivedErrors], figures[.receivedDrops])
        (txBytes, txPackets) = (figures[.sentBytes], figures[.sentPackets])
        (txErrors, txDrops) = (figures[.sentErrors], figures[.sentDrops])
    }
}

extension DiskStatistics {
    fileprivate init(_ target: String, _ figures: Figures<DiskFigure>) {
        self.init()
        self.target = target
        (readBytes, reads) = (figures[.readBytes], figures[.reads])
        (writtenBytes, writes) = (figures[.writtenBytes], figures[.writes])
        (capacity, allocation) = (figures[.capacity], figures[.allocated])
    }
}

extension VMSAPI.SeriesPoint {
    init(_ point: Model.SeriesPoint) {
        self.init()
        time = Date(told: Double(point.start)) ?? time
        let values = point.values
        cpuUse = values[.cpuUse].map { $0.percent }
        memoryUsed = values[.memoryUsed]?.rounded()
        (rxRate, txRate) = (values[.received]?.rounded(), values[.sent]?.rounded())
        (readRate, writeRate) = (values[.read]?.rounded(), values[.written]?.rounded())
    }
}

extension Double {
    /// Seconds in ms.
    fileprivate var milliseconds: Int64? { Int64(nearest: self * 1000) }

    /// A share in percent, with one decimal.
    fileprivate var percent: Double { (self * 1000).rounded() / 10 }
}
