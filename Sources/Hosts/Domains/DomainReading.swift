internal import Model
internal import XML

/// Reads the properties that VMS reports from a machine's libvirt definition.
struct DomainReading {
    private let domain: XMLElement

    init(_ domain: XMLElement) { self.domain = domain }

    var vcpus: Int { domain.element(named: "vcpu").flatMap { Int(told: $0.trimmedText, in: Foreign.count) } ?? 0 }

    /// The memory in KiB: libvirt reports KiB, whatever unit the definition was written in.
    var memoryKiB: Int64? {
        domain.element(named: "memory").flatMap { Int64(told: $0.trimmedText, in: Foreign.kibibytes) }
    }

    var definition: ObservedMachine.Definition? {
        memoryKiB.map { .init(memoryKiB: $0, vcpus: vcpus, interfaces: interfaces) }
    }

    /// Device names of the disks that are being copied.
    var copiedDisks: [String] {
        devices("disk").filter { $0.element(named: "mirror") != nil }.compactMap { $0.element(named: "target")?["dev"] }
    }

    var mark: Mark? { DomainMark.read(domain) }

    var interfaces: [ObservedMachine.Interface] {
        devices("interface").map { interface in
            let source = interface.element(named: "source")
            return ObservedMachine.Interface(
                mac: interface.element(named: "mac")?["address"] ?? "", type: interface["type"],
                source: source?["bridge"] ?? source?["network"] ?? source?["dev"],
                target: interface.element(named: "target")?["dev"], model: interface.element(named: "model")?["type"],
                received: nil, sent: nil)
        }
    }

    var disks: [ObservedMachine.Disk] {
        devices("disk").map { disk in
            let source = disk.element(named: "source")
            var read = ObservedMachine.Disk(
                target: disk.element(named: "target")?["dev"] ?? "",
                source: source?["file"] ?? source?["dev"] ?? source?["name"],
                format: disk.element(named: "driver")?["type"], isReadOnly: disk.element(named: "readonly") != nil,
                capacity: nil, allocation: nil)
            read.backing = Self.backing(of: disk)
            read.isBlock = disk["type"] == "block"
            return read
        }
    }

    /// The paths of the disk's backing chain, up to QEMU's own limit for the length of a chain.
    private static func backing(of disk: XMLElement) -> [String] {
        var (paths, next) = ([String](), disk.element(named: "backingStore"))
        while let store = next, paths.count < 200 {
            if let path = store.element(named: "source")?["file"] { paths.append(path) }
            next = store.element(named: "backingStore")
        }
        return paths
    }

    private func devices(_ name: String) -> [XMLElement] {
        domain.element(named: "devices")?.elements(named: name) ?? []
    }
}
