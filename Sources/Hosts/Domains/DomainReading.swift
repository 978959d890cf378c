internal import Model
internal import XML

/// Reads what we tell of a machine from its libvirt definition.
struct DomainReading {
    private let domain: XMLElement

    init(_ domain: XMLElement) { self.domain = domain }

    var vcpus: Int { domain.element(named: "vcpu").flatMap { Int(told: $0.trimmedText, in: Foreign.count) } ?? 0 }

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
            return ObservedMachine.Disk(
                target: disk.element(named: "target")?["dev"] ?? "",
                source: source?["file"] ?? source?["dev"] ?? source?["name"],
                format: disk.element(named: "driver")?["type"], isReadOnly: disk.element(named: "readonly") != nil,
                capacity: nil, allocation: nil)
        }
    }

    private func devices(_ name: String) -> [XMLElement] {
        domain.element(named: "devices")?.elements(named: name) ?? []
    }
}
