package import Control
internal import FoundationEssentials
package import Model
package import Simulator
internal import Synchronization
internal import VMSAPI

/// A server's world that exists in memory: hosts, with machines and networks on them.
package final class Simulation: Sendable {
    package let simulator: Simulator
    /// Where the images are, and with `data` what outlives the server.
    package let folder: String
    let settings: SimulationSettings
    /// Whether the folder, and the hosts as they stand, stay when the server ends.
    let isKept: Bool
    private let speed: Mutex<SimulationSpeed>
    private let asked = Mutex<[SimulationCall]>([])

    /// - Parameter data: folder in which the hosts are kept from one start to the next; without it nothing is.
    /// - Throws: `storeFailed` for a folder that cannot be used.
    package init(_ settings: SimulationSettings, data: String?) throws(Refusal) {
        self.settings = settings
        isKept = data != nil
        speed = Mutex(settings.speed)
        let temporary = FileManager.default.temporaryDirectory
            .appending(path: "vms-simulation-\(UUID().uuidString.lowercased())").path
        let folder = data ?? temporary
        self.folder = folder
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try SimulatedImages(folder: folder + "/images").write()
            simulator = Simulator(try Self.kept(in: folder) ?? Self.hosts(settings.hosts))
        } catch {
            throw Refusal(
                .storeFailed, "the folder \(folder) of the simulation cannot be used", detail: "\(error)", value: folder
            )
        }
        simulator.live(pace: nil)
    }

    private static func hosts(_ count: Int) -> [String: SimulatedHost] {
        Dictionary((1...max(1, count)).map { ("h\($0)", .ordinary("h\($0)")) }, uniquingKeysWith: { first, _ in first })
    }

    /// Registers hosts and puts machines and networks on them, unless some are registered already; from then on steps take
    /// their time.
    package func furnish(_ plane: ControlPlane) async throws(Refusal) {
        if try await plane.context.store.fleet().hosts.isEmpty {
            var furnishing = Furnishing(settings, plane.context, simulator)
            try await furnishing.all()
        }
        simulator.live(pace: pace)
    }

    private var pace: SimulatedPace? {
        if case .times(let times) = speed.withLock({ $0 }) { SimulatedPace(speed: times) } else { nil }
    }

    var currentSpeed: SimulationSpeed { speed.withLock { $0 } }

    func setSpeed(_ new: SimulationSpeed) {
        speed.withLock { $0 = new }
        simulator.live(pace: pace)
    }

    /// What was asked of it, in order.
    var script: [SimulationCall] { asked.withLock { $0 } }

    /// Remembers what was asked, so that it can be asked again. At most 10,000 calls: the first ones, which the others
    /// build on.
    func note(_ call: SimulationCall) {
        asked.withLock { if $0.count < 10_000 { $0.append(call) } }
    }

    // MARK: - From one start to the next

    private static func kept(in folder: String) throws -> [String: SimulatedHost]? {
        let file = URL(filePath: folder).appending(path: "simulation.json")
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try JSONDecoder().decode([String: SimulatedHost].self, from: Data(contentsOf: file))
    }

    func save(_ hosts: [String: SimulatedHost]) throws {
        let file = URL(filePath: folder).appending(path: "simulation.json")
        try JSONEncoder().encode(hosts).write(to: file, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

    /// Removes what is not to stay. Call it when the server has ended.
    package func close() {
        guard !isKept else { return }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
