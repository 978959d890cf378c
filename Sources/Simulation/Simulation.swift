package import Control
internal import FoundationEssentials
package import Model
package import Simulator
internal import Synchronization
internal import VMSAPI

/// A simulated environment for a server: hosts in memory, with machines and networks on them.
package final class Simulation: Sendable {
    package let simulator: Simulator
    /// The folder with the images and, if `data` was given, the state that outlives the server.
    package let folder: String
    let settings: SimulationSettings
    /// Whether the folder, with the hosts' state, is kept when the server ends.
    let isKept: Bool
    private let speed: Mutex<SimulationSpeed>
    private let calls = Mutex<[SimulationCall]>([])

    /// - Parameter data: folder in which the hosts' state is kept between starts; `nil` keeps nothing.
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

    /// Registers hosts and creates machines and networks on them, unless hosts are registered already; afterwards steps
    /// take time.
    package func populate(_ plane: ControlPlane) async throws(Refusal) {
        if try await plane.context.store.fleet().hosts.isEmpty {
            var setup = SimulationSetup(settings, plane.context, simulator)
            try await setup.createAll()
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

    /// The recorded calls that changed the simulation, in order.
    var script: [SimulationCall] { calls.withLock { $0 } }

    /// Records a call, so that it can be replayed. Keeps at most 10,000 calls: the first ones, since later calls build
    /// on them.
    func record(_ call: SimulationCall) {
        calls.withLock { if $0.count < 10_000 { $0.append(call) } }
    }

    // MARK: - State between starts

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

    /// Removes the folder, unless it is kept. Call it when the server has ended.
    package func close() {
        guard !isKept else { return }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
