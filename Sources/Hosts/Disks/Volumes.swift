internal import Control
internal import Libvirt
internal import Model
internal import XML

/// Creates and removes volumes for steps. Every method is idempotent.
struct Volumes {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func create(_ disk: CreateDisk) async throws {
        var parts = Self.parts(disk.volume, bytes: disk.capacity, format: disk.format)
        if disk.format == .raw, let backing = disk.backing {
            try await remove(disk.volume)
            let source = try await source(backing.path, beside: disk.volume)
            try await pool(disk.volume).createVolume(xml: XMLElement("volume", [:], parts).xmlText, from: source)
            return
        }
        if let backing = disk.backing {
            let source = [XMLElement("path", text: backing.path), Self.format(backing.format)]
            parts.append(XMLElement("backingStore", [:], source))
        }
        try await replace(disk.volume, with: XMLElement("volume", [:], parts))
    }

    /// Returns the volume at a path; refreshes the pool to find one that was created without libvirt.
    private func source(_ path: String, beside name: VolumeName) async throws -> Volume {
        do {
            return try await connection.volume(path: path)
        } catch LibvirtError.Code.noStorageVolume {
            try await pool(name).refresh()
            return try await connection.volume(path: path)
        }
    }

    /// Creates a disk that no longer exists; an existing disk stays as it is.
    func restore(_ disk: CreateDisk) async throws {
        if try await existing(disk.volume) == nil { try await create(disk) }
    }

    func write(_ bytes: [UInt8], to name: VolumeName) async throws {
        try await empty(name, size: Int64(bytes.count)).upload(bytes: bytes)
    }

    /// Returns the volume's path on the host.
    func path(_ name: VolumeName) async throws -> String {
        try await pool(name).volume(named: name.name).path()
    }

    func remove(_ name: VolumeName) async throws {
        do {
            try await pool(name).volume(named: name.name).delete()
        } catch LibvirtError.Code.noStorageVolume {
            return
        } catch LibvirtError.Code.noStoragePool {
            return
        } catch {
            // libvirt may still list a volume whose file was removed without libvirt.
            guard (try? await exists(name, refreshing: true)) == false else { throw error }
        }
    }

    /// Whether the volume exists now, also if another program created it.
    func exists(_ name: VolumeName, refreshing: Bool = false) async throws -> Bool {
        if !refreshing, try await existing(name) != nil { return true }
        try await pool(name).refresh()
        return try await existing(name) != nil
    }

    /// Returns the volume; `nil` if libvirt does not know it.
    func existing(_ name: VolumeName) async throws -> Volume? {
        do {
            return try await pool(name).volume(named: name.name)
        } catch LibvirtError.Code.noStorageVolume {
            return nil
        }
    }

    /// Creates a volume of zeros, in place of an existing one.
    func empty(_ name: VolumeName, size: Int64) async throws -> Volume {
        let xml = XMLElement("volume", [:], Self.parts(name, bytes: size, format: .raw))
        return try await replace(name, with: xml)
    }

    private static func parts(_ name: VolumeName, bytes: Int64, format: Image.DiskFormat) -> [XMLElement] {
        [
            XMLElement("name", text: name.name), XMLElement("capacity", ["unit": "bytes"], text: String(bytes)),
            XMLElement("allocation", ["unit": "bytes"], text: "0"),
            XMLElement("target", [:], [Self.format(format)]),
        ]
    }

    private static func format(_ format: Image.DiskFormat) -> XMLElement {
        XMLElement("format", ["type": format.rawValue])
    }

    /// Replaces a volume. An existing volume of this name is left from an earlier attempt of VMS, since the name has a
    /// machine's id or a digest.
    @discardableResult
    private func replace(_ name: VolumeName, with xml: XMLElement) async throws -> Volume {
        let pool = try await pool(name)
        do {
            return try await pool.createVolume(xml: xml.xmlText)
        } catch LibvirtError.Code.storageVolumeExists {
            try await remove(name)
            return try await pool.createVolume(xml: xml.xmlText)
        } catch {
            // A file of that name that libvirt does not list was created without libvirt.
            guard (try? await exists(name, refreshing: true)) == true else { throw error }
            try await remove(name)
            return try await pool.createVolume(xml: xml.xmlText)
        }
    }

    private func pool(_ name: VolumeName) async throws -> StoragePool {
        try await connection.storagePool(named: name.pool)
    }
}
