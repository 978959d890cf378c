import FoundationEssentials
import Model
import Testing

/// Values over time.
struct SeriesTests {
    private static let steps = SeriesStep.all(finest: 10)

    @Test("Means of each step; absent values stay absent")
    func means() {
        var buckets = SeriesBuckets()
        var closed: [SeriesBuckets.Closed] = []
        for time in stride(from: Int64(1000), to: 1040, by: 5) {
            closed += buckets.add(
                SeriesValues([.cpuUse: Double(time), .sent: time < 1010 ? 7 : nil]), of: .host("h"), at: time,
                Self.steps)
        }
        #expect(closed.map(\.step.seconds) == [10, 10, 10] && closed.map(\.point.start) == [1000, 1010, 1020])
        #expect(closed.map { $0.point.values[.cpuUse] } == [1002.5, 1012.5, 1022.5])
        #expect(closed.map { $0.point.values[.sent] } == [7, nil, nil])
        #expect(closed.allSatisfy { $0.point.values[.read] == nil })
        let open = buckets.open(of: .host("h"), Self.steps[1])
        #expect(open?.start == 900 && open?.values[.cpuUse] == 1017.5)
    }

    @Test("Values survive their bytes, of other versions too")
    func bytes() {
        let values = SeriesValues([.cpuUse: 0.25, .written: 1e9])
        #expect(values.bytes.count == 24 && SeriesValues(bytes: values.bytes) == values)
        let read = SeriesValues(bytes: values.bytes)
        #expect(read[.cpuUse] == 0.25 && read[.written] == 1e9 && read[.received] == nil)
        #expect(SeriesValues(bytes: Array(values.bytes.prefix(7)))[.cpuUse] == 0.25)
        #expect(SeriesValues(bytes: values.bytes + [1, 2, 3])[.written] == 1e9)
        #expect(SeriesValues(bytes: [])[.cpuUse] == nil)
    }

    @Test(
        "The finest step that covers a time, and is long enough",
        arguments: [
            (60, 1, 10), (3600, 1, 10), (3601, 1, 300), (86_400, 1, 300), (86_401, 1, 3600), (1_000_000_000, 1, 3600),
            (60, 11, 300), (60, 300, 300), (60, 301, 3600), (60, 4000, 3600), (-100, 1, 10),
        ])
    func covering(ago: Int64, least: Int64, step: Int64) {
        let found = SeriesStep.covering(1_000_000_000 - ago, least: least, now: 1_000_000_000, among: Self.steps)
        #expect(found?.seconds == step)
    }

    @Test("Rates of a machine between two samples, over a move")
    func rates() throws {
        func sample(_ run: Int64, cpu: Int64, received: Int64) throws -> HostSample.Machine {
            var machine = HostSample.Machine()
            machine.run = run
            machine.figures = Figures([.cpuTime: cpu, .memoryResident: 5])
            machine.interfaces[MACAddress("02:00:00:00:00:01")] = Figures([.receivedBytes: received])
            return machine
        }
        var totals = MachineTotals()
        totals.take(try sample(1, cpu: 1_000_000_000, received: 100), on: "h1", at: Date(timeIntervalSince1970: 10))
        let first = totals
        #expect(first.values(since: nil)[.cpuUse] == nil)
        totals.take(try sample(1, cpu: 6_000_000_000, received: 1100), on: "h1", at: Date(timeIntervalSince1970: 20))
        #expect(totals.values(since: first)[.cpuUse] == 0.5 && totals.values(since: first)[.received] == 100)
        #expect(totals.values(since: first)[.memoryUsed] == 5 && totals.values(since: first)[.sent] == nil)
        let second = totals
        totals.take(try sample(2, cpu: 1_000_000_000, received: 500), on: "h2", at: Date(timeIntervalSince1970: 30))
        let use = try #require(totals.values(since: second)[.cpuUse])
        #expect(abs(use - 0.1) < 1e-6 && totals.values(since: second)[.received] == 50)
        #expect(totals.cardValues(since: second).values.map { $0[.received] } == [50])
        #expect(totals.values(since: totals)[.cpuUse] == nil, "no time between them")
    }

    @Test("Totals survive their encoding, and go on")
    func stored() throws {
        var totals = MachineTotals()
        var machine = HostSample.Machine()
        machine.run = 7
        machine.figures = Figures([.cpuTime: 10])
        machine.interfaces[MACAddress("02:00:00:00:00:01")] = Figures([.receivedBytes: 3])
        machine.disks["vda"] = Figures([.reads: 4])
        totals.take(machine, on: "h1", at: Date(timeIntervalSince1970: 10))
        var read = try JSONDecoder().decode(MachineTotals.self, from: JSONEncoder().encode(totals))
        #expect(read == totals)
        machine.figures = Figures([.cpuTime: 15])
        read.take(machine, on: "h1", at: Date(timeIntervalSince1970: 20))
        #expect(read.totals.figures[.cpuTime] == 15)
    }
}
