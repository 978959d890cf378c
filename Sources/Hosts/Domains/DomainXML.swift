internal import Model
internal import XML

/// Writes a ``DomainSpec`` as libvirt's domain XML. All differences between hypervisors are in this type.
struct DomainXML {
    private let spec: DomainSpec

    init(_ spec: DomainSpec) { self.spec = spec }

    var text: String { element.xmlText }

    private var isXen: Bool { spec.kind == .xenPV || spec.kind == .xenPVH }

    var element: XMLElement {
        let memory = String(spec.memoryMiB.times(1024))
        var parts = [XMLElement("name", text: spec.name), XMLElement("uuid", text: spec.id.text)]
        if let note = spec.note { parts.append(XMLElement("description", text: note)) }
        parts.append(XMLElement("metadata", [:], [DomainMark.element(spec.mark)]))
        parts.append(XMLElement("memory", ["unit": "KiB"], text: memory))
        parts.append(XMLElement("currentMemory", ["unit": "KiB"], text: memory))
        parts.append(XMLElement("vcpu", text: String(spec.vcpus)))
        // A Xen guest has no firmware that reads a disk's boot sector; pygrub reads its boot menu in dom0.
        if isXen, spec.boot == .disk { parts.append(XMLElement("bootloader", text: "pygrub")) }
        parts.append(os)
        parts += features
        parts.append(XMLElement("clock", ["offset": "utc"]))
        parts.append(XMLElement("on_poweroff", text: "destroy"))
        parts.append(XMLElement("on_reboot", text: "restart"))
        parts.append(XMLElement("on_crash", text: "destroy"))
        parts.append(XMLElement("devices", [:], devices))
        return XMLElement("domain", ["type": domainType], parts)
    }

    private var devices: [XMLElement] {
        var devices = spec.disks.map(disk)
        devices += spec.interfaces.map(interface)
        devices += fixedDevices
        return devices
    }

    private var domainType: String {
        switch spec.kind {
        case .kvm: "kvm"
        case .qemu: "qemu"
        case .xenPV, .xenPVH: "xen"
        case .test: "test"
        }
    }

    private var os: XMLElement {
        var parts: [XMLElement] =
            switch spec.kind {
            case .xenPV: [XMLElement("type", ["arch": spec.arch, "machine": "xenpv"], text: "linux")]
            case .xenPVH: [XMLElement("type", ["arch": spec.arch, "machine": "xenpvh"], text: "xenpvh")]
            case .kvm, .qemu, .test: [XMLElement("type", ["arch": spec.arch], text: "hvm")]
            }
        switch spec.boot {
        case .kernel(let path, let initrd, let commandLine):
            parts.append(XMLElement("kernel", text: path))
            parts.append(XMLElement("initrd", text: initrd))
            parts.append(XMLElement("cmdline", text: commandLine))
        case .disk where !isXen: parts.append(XMLElement("boot", ["dev": "hd"]))
        case .disk: break
        }
        return XMLElement("os", [:], parts)
    }

    /// Without KVM, QEMU caches translated code. 32 MiB are enough for a router's; the default size would take a large
    /// part of the host's memory for every machine.
    private var features: [XMLElement] {
        switch spec.kind {
        case .qemu:
            let cache = XMLElement("tb-cache", ["unit": "MiB"], text: "32")
            return [XMLElement("features", [:], [XMLElement("acpi"), XMLElement("tcg", [:], [cache])])]
        case .kvm: return [XMLElement("features", [:], [XMLElement("acpi")])]
        case .xenPV, .xenPVH, .test: return []
        }
    }

    private func disk(_ disk: DomainSpec.Disk) -> XMLElement {
        var parts = [
            // With `phy`, dom0's kernel serves the disk (a file through a loop device); without it Xen needs a QEMU in
            // dom0.
            XMLElement("driver", ["name": isXen ? "phy" : "qemu", "type": disk.format.rawValue]),
            XMLElement("source", [disk.isBlock ? "dev" : "file": disk.path]),
            XMLElement("target", ["dev": disk.target, "bus": isXen ? "xen" : "virtio"]),
        ]
        if disk.isReadOnly { parts.append(XMLElement("readonly")) }
        // The disk was checked to have no backing file: whatever its header says later, QEMU opens none.
        if disk.isGiven, !isXen { parts.append(XMLElement("backingStore")) }
        return XMLElement("disk", ["type": disk.isBlock ? "block" : "file", "device": "disk"], parts)
    }

    private func interface(_ interface: DomainSpec.Interface) -> XMLElement {
        let isDirect = interface.isDirect
        var parts = [
            XMLElement("mac", ["address": interface.mac.description]),
            XMLElement(
                "source", isDirect ? ["dev": interface.bridge, "mode": "bridge"] : ["bridge": interface.bridge]),
        ]
        if spec.kind == .qemu || spec.kind == .kvm { parts.append(XMLElement("model", ["type": "virtio"])) }
        // libxl accepts no MTU; there the guest's own setting and the bridge's have to suffice.
        if let mtu = interface.mtu, !isXen { parts.append(XMLElement("mtu", ["size": String(mtu)])) }
        return XMLElement("interface", ["type": isDirect ? "direct" : "bridge"], parts)
    }

    private var fixedDevices: [XMLElement] {
        switch spec.kind {
        case .test: []
        case .xenPV, .xenPVH:
            [XMLElement("console", ["type": "pty"], [XMLElement("target", ["type": "xen", "port": "0"])])]
        case .kvm, .qemu:
            [
                XMLElement("serial", ["type": "pty"], [XMLElement("target", ["port": "0"])]),
                XMLElement("console", ["type": "pty"], [XMLElement("target", ["type": "serial", "port": "0"])]),
                XMLElement("controller", ["type": "usb", "model": "none"]),
                XMLElement("memballoon", ["model": "virtio"]),
                // Without a source of randomness a guest's daemons wait until the kernel's entropy pool is full.
                XMLElement(
                    "rng", ["model": "virtio"], [XMLElement("backend", ["model": "random"], text: "/dev/urandom")]),
            ]
        }
    }
}
