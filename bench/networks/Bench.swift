import Control
import Foundation
import Logging
import Model
import Simulator
import Storage

/// Measures the server's own work for creating a network: planning, journal and database, over simulated hosts that
/// answer immediately.
///
/// Prints a table and exits with 1 if a figure misses its target.
@main
struct Bench {
    static let hosts = (1...10).map { "h\($0)" }

    static func main() async throws {
        var rows: [(routers: Int, plan: Double, whole: Double)] = []
        for routers in [50, 50, 200, 1000] {
            rows.append(try await measure(routers))
        }
        // The first run is discarded: it warms up caches for the others.
        rows.removeFirst()
        print("routers   links     plan ms    whole ms   whole ms a router")
        for row in rows {
            print(
                String(
                    format: "%-9d %-9d %-10.1f %-10.1f %.2f", row.routers, row.routers * 2, row.plan, row.whole,
                    row.whole / Double(row.routers)))
        }
        let small = rows[0].whole
        let growth = (rows[2].whole / 1000) / (small / 50)
        let holds = [small < 200, growth < 1.5]
        print(String(format: "50 routers, 100 links: %.1f ms, at most 200: %@", small, holds[0] ? "holds" : "MISSED"))
        print(
            String(
                format: "a router of 1000 costs %.2f times one of 50, at most 1.5: %@", growth,
                holds[1] ? "holds" : "MISSED"))
        exit(holds.allSatisfy(\.self) ? 0 : 1)
    }

    /// A ring of routers with an additional chord from each router.
    static func request(_ count: Int) -> NetworkRequest {
        let routers = (0..<count).map {
            NetworkRequest.Router(name: "r\($0)", host: hosts[$0 % hosts.count], memoryMiB: 96)
        }
        let links = (0..<count).flatMap { index in
            [("ring", 1), ("chord", 7)].map { name, step in
                NetworkRequest.Link(
                    name: "\(name)\(index)",
                    ends: [.init(router: "r\(index)"), .init(router: "r\((index + step) % count)")])
            }
        }
        return NetworkRequest(name: "n\(count)", routers: routers, links: links)
    }

    static func measure(_ count: Int) async throws -> (routers: Int, plan: Double, whole: Double) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLStore.open(at: folder.appendingPathComponent("vms.sqlite").path)
        let simulator = Simulator(hosts: hosts)
        let log = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        try await store.apply(
            hosts.map {
                .insertHost(Model.Host(name: $0, hostKey: nil, addresses: ["\($0).lab"], uri: nil, memoryMiB: nil))
            })
        let plane = ControlPlane(store: store, hypervisor: simulator, vault: SimulatedVault(), log: log)
        let request = request(count)
        var surveys: [String: HostSurvey] = [:]
        for host in try await store.fleet().hosts { surveys[host.name] = try await simulator.survey(host) }
        let question = CreateNetwork(
            NetworkPlanInput(
                request: request, fleet: try await store.fleet(), surveys: surveys,
                catalogue: Catalogue(images: [SimulatedVault.router], defaultImage: "ipv4-rip"),
                id: NetworkID(UUID().uuidString), machines: (0..<count).map { _ in MachineID(UUID().uuidString) },
                operation: OperationID(UUID().uuidString), now: Date()))
        let clock = ContinuousClock()
        let plan = try clock.measure { _ = try question.plan() }
        let start = clock.now
        _ = try await Networks(plane.context).create(request, waits: true)
        return (count, plan / .milliseconds(1), start.duration(to: clock.now) / .milliseconds(1))
    }
}
