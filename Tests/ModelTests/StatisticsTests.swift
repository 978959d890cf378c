import FoundationEssentials
import Testing

@testable import Model

/// Figures of hosts and machines, without any host.
struct StatisticsTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let mac = MACAddress("52:54:00:00:00:01")

    private func machine(run: Int64?, cpu: Int64?, received: Int64? = nil, memory: Int64? = nil) -> HostSample.Machine {
        var machine = HostSample.Machine()
        machine.run = run
        machine.figures = Figures([.cpuTime: cpu, .memoryAllocated: memory])
        machine.interfaces[mac] = Figures([.receivedBytes: received])
        return machine
    }

    @Test("What a host does not report is absent, never zero")
    func absent() {
        var figures = Figures<DiskFigure>()
        #expect(figures.absent == DiskFigure.allCases && figures[.reads] == nil)
        figures[.reads] = 0
        #expect(figures[.reads] == 0 && !figures.absent.contains(.reads))
        #expect(Figures<DiskFigure>([.capacity: nil]).absent == DiskFigure.allCases)
        for (index, name) in HostFigure.allCases.enumerated() { #expect(name.rawValue == index) }
        for (index, name) in MachineFigure.allCases.enumerated() { #expect(name.rawValue == index) }
        for (index, name) in InterfaceFigure.allCases.enumerated() { #expect(name.rawValue == index) }
        for (index, name) in DiskFigure.allCases.enumerated() { #expect(name.rawValue == index) }
    }

    @Test("Counters go on after a restart and a migration; present values are those of the last report")
    func counters() {
        var totals = MachineTotals()
        totals.take(machine(run: 1, cpu: 100, received: 1000, memory: 64), on: "h1", at: start)
        totals.take(machine(run: 1, cpu: 150, received: 1500, memory: 64), on: "h1", at: start + 10)
        #expect(totals.totals.figures[.cpuTime] == 150 && totals.interfaces[mac]?.figures[.receivedBytes] == 1500)
        // Restarted: the counters have even passed their old values.
        totals.take(machine(run: 2, cpu: 160, received: 2000, memory: 96), on: "h1", at: start + 20)
        #expect(totals.totals.figures[.cpuTime] == 310 && totals.interfaces[mac]?.figures[.receivedBytes] == 3500)
        #expect(totals.totals.figures[.memoryAllocated] == 96)
        // Moved to a host on which it has the same run number.
        totals.take(machine(run: 2, cpu: 5, received: 10, memory: 96), on: "h2", at: start + 30)
        #expect(totals.totals.figures[.cpuTime] == 315 && totals.interfaces[mac]?.figures[.receivedBytes] == 3510)
        #expect(totals.host == "h2")
        // The same run, but the counters began anew.
        totals.take(machine(run: 2, cpu: 3, received: 4), on: "h2", at: start + 40)
        #expect(totals.totals.figures[.cpuTime] == 318 && totals.interfaces[mac]?.figures[.receivedBytes] == 3514)
        #expect(totals.totals.figures[.memoryAllocated] == nil)
    }

    @Test("A counter that is not reported for a while keeps its total")
    func gap() {
        var totals = MachineTotals()
        totals.take(machine(run: 1, cpu: 100), on: "h1", at: start)
        totals.take(machine(run: 1, cpu: nil), on: "h1", at: start + 10)
        #expect(totals.totals.figures[.cpuTime] == 100)
        totals.take(machine(run: 1, cpu: 130), on: "h1", at: start + 20)
        #expect(totals.totals.figures[.cpuTime] == 130)
    }

    @Test("Numbers at the limits of their type end nothing")
    func limits() {
        var totals = MachineTotals()
        totals.take(machine(run: 1, cpu: .max, received: .max), on: "h1", at: start)
        totals.take(machine(run: 2, cpu: .max, received: .max), on: "h1", at: start)
        #expect(totals.totals.figures[.cpuTime] == .max && totals.cpuUse == nil)
    }

    @Test("A machine's use of processors, between two samples, also over a restart")
    func cpuUse() {
        var totals = MachineTotals()
        totals.take(machine(run: 1, cpu: 0), on: "h1", at: start)
        #expect(totals.cpuUse == nil)
        totals.take(machine(run: 1, cpu: 15_000_000_000), on: "h1", at: start + 10)
        #expect(totals.cpuUse == 1.5)
        totals.take(machine(run: 2, cpu: 5_000_000_000), on: "h1", at: start + 20)
        #expect(totals.cpuUse == 0.5)
    }

    private func host(_ figures: [HostFigure: Int64?]) -> HostSample {
        var sample = HostSample()
        sample.figures = Figures(figures)
        return sample
    }

    @Test("A host's use of its processors: by modes, and otherwise by its machines' time")
    func hostUse() {
        let first = HostStatistics(
            host([.cpuUser: 10, .cpuSystem: 10, .cpuIdle: 80, .cpuWait: 0]), at: start)
        #expect(first.cpuUse == nil)
        let next = host([.cpuUser: 30, .cpuSystem: 20, .cpuIdle: 140, .cpuWait: 10])
        #expect(HostStatistics(next, at: start + 10, after: first).cpuUse == 0.3)
        // After the host's restart the counters are smaller.
        #expect(HostStatistics(host([.cpuUser: 1, .cpuSystem: 1, .cpuIdle: 1]), at: start, after: first).cpuUse == nil)

        let xen = HostStatistics(host([.cpuMachines: 0, .cpus: 4]), at: start)
        let later = host([.cpuMachines: 20_000_000_000, .cpus: 4])
        #expect(HostStatistics(later, at: start + 10, after: xen).cpuUse == 0.5)
        #expect(HostStatistics(later, at: start, after: xen).cpuUse == nil)
    }
}
