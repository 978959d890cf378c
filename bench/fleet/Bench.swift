import Control
import Foundation
import Logging
import Model
import Simulation
import Storage

/// Measures the server with 1,000 simulated hosts at 1,000 and 100,000 machines: create, status, restart, memory.
///
/// Prints a table and exits with 1 if a figure misses its target.
@main
struct Bench {
    struct Row {
        var machines: Int
        /// Seconds to record all machines, in transactions of a thousand each.
        var inserting: Double
        /// The median of a hundred creates, in milliseconds.
        var create: Double
        /// The slowest of a hundred status calls, in milliseconds.
        var status: Double
        /// The slowest of a hundred pages of 100 machines, in milliseconds.
        var page: Double
        /// Seconds to open the closed store with all records.
        var opening: Double
        /// Resident memory of this process, with both subjects, in MiB.
        var memory: Int
    }

    static func main() async throws {
        let subjects = [try await Subject(1_000), try await Subject(100_000)]
        // The kernel writes the insertion's pages now: otherwise it writes them while the creates commit.
        sync()
        let creates = try await creates(on: subjects)
        var rows: [Row] = []
        for (subject, create) in zip(subjects, creates) { rows.append(try await measure(subject, create)) }
        print("machines  inserting s  create ms  status ms  page ms  opening s  memory MiB")
        for row in rows {
            print(
                String(
                    format: "%-9d %-12.1f %-10.2f %-10.2f %-8.2f %-10.2f %d", row.machines, row.inserting, row.create,
                    row.status, row.page, row.opening, row.memory))
        }
        let (small, large) = (rows[0], rows[1])
        let lines: [(String, Double, Double)] = [
            ("a create at 100,000 machines, times one at 1,000", large.create / small.create, 1.5),
            ("a status of a host at 100,000 machines, ms", large.status, 2),
            ("a page of 100 machines at 100,000, ms", large.page, 10),
            ("100,000 machines inserted, s", large.inserting, 10), ("opening the store, s", large.opening, 3),
            ("memory, MiB", Double(large.memory), 500),
        ]
        for (what, value, most) in lines {
            print(String(format: "%@: %.2f, at most %g: %@", what, value, most, value <= most ? "holds" : "MISSED"))
        }
        exit(lines.allSatisfy { $0.1 <= $0.2 } ? 0 : 1)
    }

    /// A server with 1,000 simulated hosts and a number of recorded machines.
    struct Subject {
        let count: Int
        let folder: String
        let store: SQLStore
        let plane: ControlPlane
        /// Seconds to record all machines.
        let inserting: Double

        init(_ count: Int) async throws {
            self.count = count
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)").path
            let log = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
            let simulation = try Simulation(
                SimulationSettings("hosts=1000,networks=0,machines=\(count),speed=max"), data: folder)
            store = try SQLStore.open(at: folder + "/vms.sqlite")
            let plane = ControlPlane(
                store: store, hypervisor: simulation.simulator,
                vault: FileVault(folders: [], dataFolder: folder, log: log), log: log)
            self.plane = plane
            inserting = try await ContinuousClock().measure { try await simulation.populate(plane) } / .seconds(1)
        }
    }

    /// The median duration of a hundred creates on each subject, in milliseconds. The subjects take turns, so that a
    /// slow moment of the computer meets all of them.
    static func creates(on subjects: [Subject]) async throws -> [Double] {
        let clock = ContinuousClock()
        var durations = subjects.map { _ in [Duration]() }
        for number in 0..<100 {
            for (index, subject) in subjects.enumerated() {
                let request = MachineRequest(
                    host: "h\(number * 7 % 1000 + 1)", name: "x\(number)", address: "192.168.0.\(number + 1)/16",
                    memoryMiB: nil)
                let machines = Machines(subject.plane.context)
                durations[index].append(
                    try await clock.measure { _ = try await machines.create(request, waits: true) })
            }
        }
        return durations.map { $0.sorted()[50] / .milliseconds(1) }
    }

    static func measure(_ subject: Subject, _ create: Double) async throws -> Row {
        defer { try? FileManager.default.removeItem(atPath: subject.folder) }
        let (machines, hosts) = (Machines(subject.plane.context), HostRegistry(subject.plane.context))
        let clock = ContinuousClock()
        var reads: [Duration] = []
        for number in 0..<100 {
            reads.append(try await clock.measure { _ = try await hosts.status("h\(number * 7 % 1000 + 1)") })
        }
        let pages = try await pages(of: machines)
        let memory = Self.memory
        try subject.store.close()
        let opening = try clock.measure { try SQLStore.open(at: subject.folder + "/vms.sqlite").close() }
        return Row(
            machines: subject.count, inserting: subject.inserting, create: create,
            status: (reads.max() ?? .zero) / .milliseconds(1), page: (pages.max() ?? .zero) / .milliseconds(1),
            opening: opening / .seconds(1), memory: memory)
    }

    /// The durations of fifty consecutive pages of 100 machines in the order of hosts, and of fifty of ours by name.
    static func pages(of machines: Machines) async throws -> [Duration] {
        let clock = ContinuousClock()
        var durations: [Duration] = []
        for key in [nil, "name"] {
            var query = ListQuery()
            (query.key, query.limit) = (key, 100)
            query.terms = key == nil ? [] : [ListQuery.Term(key: "managed", value: "true")]
            for _ in 0..<50 {
                var next: String?
                durations.append(try await clock.measure { next = try await machines.list(on: nil, query).page.next })
                query.after = try next.map { try query.position($0) }
            }
        }
        return durations
    }

    /// The resident memory of this process, in MiB (proc(5), statm: pages).
    static var memory: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
            .dropFirst().first
        return (pages.flatMap { Int($0) } ?? 0) * Int(getpagesize()) / 1_048_576
    }
}
