internal import Control
internal import Libvirt
internal import Model
internal import XML

/// The volumes that steps make and remove. Doing it twice is the same as doing it once.
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

    /// The volume at a path; libvirt looks for what came without it.
    private func source(_ path: String, beside name: VolumeName) async throws -> Volume {
        do {
            return try await connection.volume(path: path)
        } catch LibvirtError.Code.noStorageVolume {
            try await pool(name).refresh()
            return try await connection.volume(path: path)
        }
    }

    /// Makes a disk that is not there any more; one that is stays as it is.
    func restore(_ disk: CreateDisk) async throws {
        if try await existing(disk.volume) == nil { try await create(disk) }
    }

    func write(_ bytes: [UInt8], to name: VolumeName) async throws {
        try await empty(name, size: Int64(bytes.count)).upload(bytes: bytes)
    }

    /// Where it is on the host.
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
            // libvirt may still list what somebody removed behind its back.
            guard (try? await known(name, afresh: true)) == false else { throw error }
        }
    }

    /// Whether it is there by now, whoever made it.
    func known(_ name: VolumeName, afresh: Bool = false) async throws -> Bool {
        if !afresh, try await existing(name) != nil { return true }
        try await pool(name).refresh()
        return try await existing(name) != nil
    }

    /// `nil` when libvirt knows of none.
    func existing(_ name: VolumeName) async throws -> Volume? {
        do {
            return try await pool(name).volume(named: name.name)
        } catch LibvirtError.Code.noStorageVolume {
            return nil
        }
    }

    /// A new volume of zeros in place of what is there.
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

    /// What is there of this name is left over from an attempt of ours, since the name carries a machine's id or a
    /// digest.
    @discardableResult
    private func replace(_ name: VolumeName, with xml: XMLElement) async throws -> Volume {
        let pool = try await pool(name)
        do {
            return try await pool.createVolume(xml: xml.xmlText)
        } catch LibvirtError.Code.storageVolumeExists {
            try await remove(name)
            return try await pool.createVolume(xml: xml.xmlText)
        } catch {
            // A file of that name that libvirt does not list was put there behind its back.
            guard (try? await known(name, afresh: true)) == true else { throw error }
            try await remove(name)
            return try await pool.createVolume(xml: xml.xmlText)
        }
    }

    private func pool(_ name: VolumeName) async throws -> StoragePool {
        try await connection.storagePool(named: name.pool)
    }
}
