internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Finds the files and devices of a host that are in use: those of every definition, running or for the next start, and
/// the backing files of the pools' volumes.
struct FileUses {
    struct Use: Hashable {
        var path: String
        /// Whether it may have backing files, which then are in use too.
        var mayHaveBacking: Bool
        /// The use, in words.
        var words: String

        /// The form for the script `look-at-disk`: with a plus if it may have backing files.
        var scriptText: String { (mayHaveBacking ? "+" : "") + path }
    }

    struct Pool {
        var name: String
        var path: String
        var isFolder: Bool
        var isActive: Bool
    }

    private let connection: Connection

    init(of connection: Connection) { self.connection = connection }

    /// Returns the pools that have a path on the host.
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

    /// Returns all uses of files and devices.
    ///
    /// - Parameter id: a machine whose own uses are left out.
    func all(_ pools: [Pool], except id: MachineID? = nil) async throws -> [Use] {
        var uses: Set<Use> = []
        for definition in try await connection.definitions() {
            guard MachineID(definition.identity.uuid.uuidString) != id else { continue }
            let words = "machine '\(definition.identity.name.shown)' of the host has it"
            for text in definition.texts {
                guard let tree = try? XMLParser.tree(text) else { continue }
                let named = DefinitionPaths(tree)
                for (path, mayHaveBacking) in named.paths {
                    uses.insert(Use(path: path, mayHaveBacking: mayHaveBacking, words: words))
                }
                for volume in named.volumes {
                    guard let path = await path(of: volume, pools) else { continue }
                    uses.insert(Use(path: path, mayHaveBacking: true, words: words))
                }
            }
        }
        for (name, base) in try await bases(pools) {
            uses.insert(
                Use(path: base, mayHaveBacking: true, words: "volume '\(name.shown)' of the host is based on it"))
        }
        return uses.sorted { ($0.path, $0.words) < ($1.path, $1.words) }
    }

    /// Returns a volume's path. For an inactive pool, this is the path that the volume will have when the pool is
    /// active.
    private func path(of volume: DefinitionPaths.Volume, _ pools: [Pool]) async -> String? {
        guard let pool = pools.first(where: { $0.name == volume.pool }) else { return nil }
        if pool.isActive, let found = try? await connection.storagePool(named: pool.name).volume(named: volume.name),
            let path = try? await found.path()
        {
            return path
        }
        return "\(pool.path)/\(volume.name)"
    }

    /// Returns the backing files of volumes, including volumes that were created without libvirt.
    private func bases(_ pools: [Pool]) async throws -> [(volume: String, base: String)] {
        var found: [(String, String)] = []
        for pool in pools where pool.isActive {
            let listed = try await connection.storagePool(named: pool.name)
            // A pool cannot be refreshed during an upload; libvirt then lists the volumes that it knows.
            try? await listed.refresh()
            let described = try await connection.concurrently(try await listed.volumes()) {
                (volume) async throws(LibvirtError) -> (String, String)? in
                do throws(LibvirtError) {
                    return (volume.name, try await volume.xml())
                } catch LibvirtError.Code.noStorageVolume {
                    return nil
                }
            }
            for (name, text) in described {
                guard let tree = try? XMLParser.tree(text),
                    let base = tree.path("backingStore", "path")?.trimmedText, base.hasPrefix("/")
                else { continue }
                found.append((name, base))
            }
        }
        return found
    }
}
