internal import Control
internal import Hosts
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Simulation
internal import Storage

/// The server's store, hosts and images, real or simulated.
struct Backend {
    var store: SQLStore
    var hypervisor: any Hypervisor
    var vault: FileVault
    /// Statistics over time; `nil` if none are kept.
    var series: SeriesFile?
    /// `nil` for real hosts.
    var simulation: Simulation?
    /// Prepares the backend before the first call, with the control plane that uses it.
    var prepare: @Sendable (ControlPlane) async throws -> Void
    /// Ends the connections to the hosts.
    var close: @Sendable () async -> Void

    /// A backend with hosts that libvirt drives.
    static func real(_ settings: ServerSettings, _ log: Logger) throws -> Backend {
        let store = try SQLStore.open(at: settings.data + "/vms.sqlite")
        let identity = SSHIdentity(folder: settings.data + "/ssh")
        identity.clean()
        let vault = FileVault(folders: settings.images, dataFolder: settings.data, log: log)
        var access = HostAccess(identity: identity)
        access.patience = settings.patience
        access.allowsTCP = settings.allowsTCP
        access.allowedDisks = settings.allowedDisks
        access.socketFolders += settings.allowedSockets.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        if settings.transferMbit > 0 { access.transferBandwidth = TransferBandwidth(mbit: settings.transferMbit) }
        let hosts = LibvirtHosts(vault: vault, access: access, log: log)
        return Backend(
            store: store, hypervisor: hosts, vault: vault, series: series(in: settings.data, settings, log),
            simulation: nil, prepare: { _ in try await identity.prepare() }, close: { await hosts.close() })
    }

    /// A backend with simulated hosts in memory.
    static func simulated(
        _ simulated: SimulationSettings, _ settings: ServerSettings, _ log: Logger
    ) throws -> Backend {
        let simulation = try Simulation(simulated, data: settings.isDataChosen ? settings.data : nil)
        let store =
            settings.isDataChosen ? try SQLStore.open(at: settings.data + "/vms.sqlite") : try SQLStore.inMemory()
        let vault = FileVault(folders: settings.images, dataFolder: simulation.folder, log: log)
        return Backend(
            store: store, hypervisor: simulation.simulator, vault: vault,
            series: series(in: simulation.folder, settings, log), simulation: simulation,
            prepare: { try await simulation.populate($0) }, close: { simulation.close() })
    }

    private static func series(in folder: String, _ settings: ServerSettings, _ log: Logger) -> SeriesFile? {
        guard settings.seriesMiB > 0 else { return nil }
        return SeriesFile(
            at: folder + "/statistics.sqlite", mostMiB: settings.seriesMiB,
            finest: Int64(clamping: max(1, settings.sampleSeconds)), log: log)
    }
}
