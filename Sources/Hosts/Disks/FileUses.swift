internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Which files and devices of a host are somebody's: those of every definition, as it runs and as it will be at its next
/// start, and those that volumes of pools are based on.
struct FileUses {
    struct Use: Hashable {
        var path: String
        /// Whether it may be based on others, which then are in use too.
        var mayRest: Bool
        /// What for.
        var words: String

        /// As the script `disk` is told it.
        var spelled: String { (mayRest ? "+" : "") + path }
    }

    struct Pool {
        var name: String
        var path: String
        var isFolder: Bool
        var isActive: Bool
    }

    private let connection: Connection

    init(of connection: Connection) { self.connection = connection }

    /// Pools that have a place on the host.
    func pools() async throws -> [Pool] {
        let active = Set(try await connection.storagePools(active: true).map(\.name))
        let texts = try await connection.concurrently(try await connection.storagePools()) {
            (pool) async throws(LibvirtError) -> (StoragePool, String)? in
            do throws(LibvirtError) {
                return (pool, try await pool.xml())
            } catch LibvirtError.Code.noStoragePool {
                return nil
            }
        }
        return try texts.compactMap { pool, text in
            let tree = try XMLParser.tree(text)
            guard let path = tree.path("target", "path")?.trimmedText, path.hasPrefix("/") else { return nil }
            return Pool(
                name: pool.name, path: path, isFolder: ["dir", "fs", "netfs"].contains(tree["type"] ?? ""),
                isActive: active.contains(pool.name))
        }
    }

    /// - Parameter id: of a machine that is not to be told of.
    func all(_ pools: [Pool], except id: MachineID? = nil) async throws -> [Use] {
        var uses: Set<Use> = []
        for definition in try await connection.definitions() {
            guard MachineID(definition.identity.uuid.uuidString) != id else { continue }
            let words = "machine '\(definition.identity.name.shown)' of the host has it"
            for text in definition.texts {
                guard let tree = try? XMLParser.tree(text) else { continue }
                let told = DefinitionPaths(tree)
                for (path, mayRest) in told.paths { uses.insert(Use(path: path, mayRest: mayRest, words: words)) }
                for volume in told.volumes {
                    guard let path = await path(of: volume, pools) else { continue }
                    uses.insert(Use(path: path, mayRest: true, words: words))
                }
            }
        }
        for (name, base) in try await bases(pools) {
            uses.insert(Use(path: base, mayRest: true, words: "volume '\(name.shown)' of the host is based on it"))
        }
        return uses.sorted { ($0.path, $0.words) < ($1.path, $1.words) }
    }

    /// A volume's place; of a pool that does not run, the one that it has when it does.
    private func path(of volume: DefinitionPaths.Volume, _ pools: [Pool]) async -> String? {
        guard let pool = pools.first(where: { $0.name == volume.pool }) else { return nil }
        if pool.isActive, let found = try? await connection.storagePool(named: pool.name).volume(named: volume.name),
            let path = try? await found.path()
        {
            return path
        }
        return "\(pool.path)/\(volume.name)"
    }

    /// What volumes are based on, also those that came without libvirt.
    private func bases(_ pools: [Pool]) async throws -> [(volume: String, base: String)] {
        var found: [(String, String)] = []
        for pool in pools where pool.isActive {
            let listed = try await connection.storagePool(named: pool.name)
            // It cannot look while something is sent to it, and then tells what it knows.
            try? await listed.refresh()
            let told = try await connection.concurrently(try await listed.volumes()) {
                (volume) async throws(LibvirtError) -> (String, String)? in
                do throws(LibvirtError) {
                    return (volume.name, try await volume.xml())
                } catch LibvirtError.Code.noStorageVolume {
                    return nil
                }
            }
            for (name, text) in told {
                guard let tree = try? XMLParser.tree(text),
                    let base = tree.path("backingStore", "path")?.trimmedText, base.hasPrefix("/")
                else { continue }
                found.append((name, base))
            }
        }
        return found
    }
}
