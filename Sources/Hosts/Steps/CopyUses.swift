internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Finds the copies of images' files on a host, and the users of each.
///
/// A copy's name contains its digest, so every mention of the name refers to the copy: a disk, a kernel, an initial RAM
/// disk, a backing store, by path or by pool. A use through a link with another name is not found.
struct CopyUses {
    private let connection: Connection

    init(of connection: Connection) { self.connection = connection }

    func copies() async throws -> [ObservedCopy] {
        let volumes = try await volumes()
        let definitions = try await definitions()
        let paths = Set(volumes.map(\.path))
        let hidden = Set(definitions.compactMap { $0.diskOfUnknownBase(among: paths) }).sorted()
        return volumes.filter { CopyMentions.isName($0.name.name) }.map { volume in
            let name = volume.name.name
            let machines = definitions.filter { $0.mentions.contains(name) }.map(\.name)
            let overlays = volumes.filter { $0.mentions.contains(name) }.map(\.name.name)
            return ObservedCopy(
                volume: volume.name, bytes: volume.bytes, written: volume.written,
                uses: Set(machines).sorted().map { "machine '\($0)' of the host uses it" }
                    + overlays.sorted().map { "volume \($0) uses it" } + hidden)
        }
    }

    /// Reads every volume of every active pool. The refresh finds volumes that were created without libvirt.
    private func volumes() async throws -> [StoredVolume] {
        var found: [StoredVolume] = []
        for pool in try await connection.storagePools(active: true) {
            try await pool.refresh()
            let described = try await connection.concurrently(try await pool.volumes()) {
                (volume) async throws(LibvirtError) -> (Volume, String)? in
                do throws(LibvirtError) {
                    return (volume, try await volume.xml())
                } catch LibvirtError.Code.noStorageVolume {
                    return nil  // removed since the list was read
                }
            }
            for (volume, text) in described {
                let name = VolumeName(pool: volume.pool, name: volume.name)
                found.append(StoredVolume(name, try XMLParser.tree(text)))
            }
        }
        return found
    }

    /// Reads the running definition of each machine, and the one for its next start.
    private func definitions() async throws -> [HostDefinition] {
        try await connection.definitions().flatMap { definition in
            try definition.texts.map { try HostDefinition(name: definition.identity.name, text: $0) }
        }
    }
}

/// A machine's definition.
struct HostDefinition {
    var name: String
    var mentions: Set<String>
    private var disks: [XMLElement]

    init(name: String, text: String) throws {
        self.name = name
        mentions = CopyMentions.names(in: text)
        disks = try XMLParser.tree(text).path("devices")?.elements(named: "disk") ?? []
    }

    /// Returns a use for a disk with an unknown backing chain: a disk that is not raw, is in no active pool, and whose
    /// definition has no backing store.
    func diskOfUnknownBase(among known: Set<String>) -> String? {
        for disk in disks {
            guard let source = disk.element(named: "source"), let path = source["file"] ?? source["dev"],
                disk.element(named: "driver")?["type"] ?? "raw" != "raw", disk.element(named: "backingStore") == nil,
                !known.contains(path)
            else { continue }
            return
                "machine '\(name)' of the host may use it: no storage pool reports the backing file of its disk \(path)"
        }
        return nil
    }
}

/// A volume as libvirt describes it.
struct StoredVolume {
    var name: VolumeName
    var path: String
    var bytes: Int64
    var written: Date?
    /// The copies that are its backing store.
    var mentions: Set<String>

    init(_ name: VolumeName, _ tree: XMLElement) {
        self.name = name
        path = tree.path("target", "path")?.text ?? ""
        bytes = tree.element(named: "allocation").flatMap { Int64(told: $0.trimmedText, in: Foreign.bytes) } ?? 0
        written = tree.path("target", "timestamps", "mtime").flatMap { Double($0.trimmedText) }
            .flatMap { Date(told: $0) }
        mentions = CopyMentions.names(in: tree.path("backingStore", "path")?.text ?? "")
    }
}
