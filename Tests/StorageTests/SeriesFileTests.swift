import Control
import FoundationEssentials
import Logging
import Model
import Testing

@testable import Storage

/// The file of statistics over time.
struct SeriesFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "series-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "statistics.sqlite").path }

    private func file(_ mib: Int = 256) throws -> SeriesFile {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return SeriesFile(at: path, mostMiB: mib, finest: 10, log: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
    }

    private func closed(_ object: SeriesObject, _ step: SeriesStep, _ start: Int64) -> SeriesBuckets.Closed {
        let values = SeriesValues([.cpuUse: Double(start)])
        return .init(object: object, step: step, point: SeriesPoint(start: start, values: values))
    }

    @Test("Points are read again, the newest in the places of the oldest")
    func ring() async throws {
        let file = try file()
        defer { try? FileManager.default.removeItem(at: folder) }
        let step = SeriesStep(seconds: 10, count: 360)
        try await file.append((0..<1000).map { closed(.host("h1"), step, $0 * 10) })
        try await file.append([closed(.host("h2"), step, 50)])
        let points = try await file.points(of: .host("h1"), step, from: 0)
        #expect(points.map(\.start) == (640..<1000).map { $0 * 10 })
        #expect(points.last?.values[.cpuUse] == 9990)
        #expect(try await file.points(of: .host("h1"), step, from: 9000).count == 100)
        #expect(try await file.points(of: .host("h2"), step, from: 0).count == 1)
        #expect(try await file.points(of: .host("h3"), step, from: 0).isEmpty)
        file.close()
        let again = try self.file()
        #expect(try await again.points(of: .host("h1"), step, from: 9000).count == 100)
        again.close()
    }

    @Test("Totals of machines; a machine that is gone leaves nothing")
    func totals() async throws {
        let file = try file()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (one, two) = (MachineID("one"), MachineID("one2"))
        let mac = MACAddress("02:00:00:00:00:01")
        var totals = MachineTotals()
        totals.take(HostSample.Machine(), on: "h1", at: Date(timeIntervalSince1970: 5))
        try await file.save([one: totals, two: totals], gone: [])
        let step = SeriesStep(seconds: 300, count: 288)
        let objects: [SeriesObject] = [.machine(one), .port(one, mac), .machine(two), .port(two, mac)]
        try await file.append(objects.map { closed($0, step, 300) })
        try await file.save([:], gone: [one])
        #expect(try await file.totals() == [two: totals])
        #expect(try await file.points(of: .machine(one), step, from: 0).isEmpty)
        #expect(try await file.points(of: .port(one, mac), step, from: 0).isEmpty)
        #expect(try await file.points(of: .machine(two), step, from: 0).count == 1)
        #expect(try await file.points(of: .port(two, mac), step, from: 0).count == 1)
        file.close()
    }

    @Test("A damaged file is replaced", arguments: [0, 1, 2])
    func damaged(kind: Int) async throws {
        let file = try file()
        defer { try? FileManager.default.removeItem(at: folder) }
        let step = SeriesStep(seconds: 10, count: 360)
        try await file.append((0..<300).map { closed(.host("h1"), step, $0 * 10) })
        file.close()
        var bytes = try Data(contentsOf: URL(filePath: path))
        switch kind {
        case 0: bytes = Data("no database".utf8)
        case 1: bytes = bytes.prefix(bytes.count / 2)
        default: for index in 100..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 7) }
        }
        try bytes.write(to: URL(filePath: path))
        let again = try self.file()
        // The damage shows at once, or in the first call.
        _ = try? await again.points(of: .host("h1"), step, from: 0)
        try await again.append([closed(.host("h1"), step, 5000)])
        #expect(try await again.points(of: .host("h1"), step, from: 5000).count == 1)
        again.close()
    }

    @Test("A point needs no more than the bytes by which the steps are chosen")
    func size() async throws {
        let file = try file()
        defer { try? FileManager.default.removeItem(at: folder) }
        let step = SeriesStep(seconds: 300, count: 288)
        let objects = (0..<100).map {
            SeriesObject.machine(MachineID("6b1f4a2e-0000-4000-8000-\(100_000_000_000 + $0)"))
        }
        for start in 0..<288 { try await file.append(objects.map { closed($0, step, Int64(start) * 300) }) }
        file.close()
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64)
        #expect(size / (100 * 288) <= SeriesFile.bytesPerPoint, "\(size)")
    }

    @Test(
        "With more objects there are fewer points, and for too many none: the file keeps its limit",
        arguments: [(1, 10), (3000, 10), (4000, 60), (6000, 3600), (1_000_000, nil)])
    func steps(objects: Int, finest: Int64?) throws {
        let file = try file()
        defer {
            file.close()
            try? FileManager.default.removeItem(at: folder)
        }
        #expect(file.steps(forObjects: objects).first?.seconds == finest)
    }
}
