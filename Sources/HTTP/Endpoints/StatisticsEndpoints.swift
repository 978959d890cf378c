internal import Control
internal import FoundationEssentials
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var statisticsEndpoints: [Endpoint] {
        [
            Endpoint(GetPhysicalServerStatistics.self) { request throws(Refusal) in
                GetPhysicalServerStatisticsResponse(try await statistics.host(request.phyServer))
            },
            Endpoint(GetVirtualMachineStatistics.self) { request throws(Refusal) in
                let found = try await statistics.machine(request.vmName, on: request.phyServer)
                return GetVirtualMachineStatisticsResponse(found)
            },
            Endpoint(GetVirtualNetworkStatistics.self) { request throws(Refusal) in
                GetVirtualNetworkStatisticsResponse(try await statistics.network(request.networkName))
            },
        ]
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
                answer.proven = verification.proves(link.name) ? verification.time : nil
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

extension Double {
    /// Seconds in ms.
    fileprivate var milliseconds: Int64? { Int64(nearest: self * 1000) }

    /// A share in percent, with one decimal.
    fileprivate var percent: Double { (self * 1000).rounded() / 10 }
}
