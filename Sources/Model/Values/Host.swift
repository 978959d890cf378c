package import FoundationEssentials

/// A registered host.
package struct Host: Sendable, Equatable, Codable {
    package var name: String
    /// The pinned SSH host key, as `type base64`; `nil` for hosts that are not reached by SSH.
    package var hostKey: String?
    /// Addresses, in the order in which the server tries them.
    package var addresses: [String]
    /// libvirt URI given by the operator; `nil` means SSH to the first address that answers.
    package var uri: String?
    /// Memory as the operator states it, in MiB.
    package var memoryMiB: Int64?
    /// Name of the storage pool for new volumes; `nil` lets the server choose.
    package var storagePool: String?
    /// The host's own address under which other hosts reach it for links of virtual networks; `nil` lets the
    /// server choose.
    package var underlay: String?
    /// The time since which the host accepts no new machines; `nil` if it accepts them.
    package var maintenance: Date?
    /// `nil` unless the server shut the host down, or is shutting it down.
    package var shutDown: ShutdownRecord?

    package init(name: String, hostKey: String?, addresses: [String], uri: String?, memoryMiB: Int64?) {
        self.name = name
        self.hostKey = hostKey
        self.addresses = addresses
        self.uri = uri
        self.memoryMiB = memoryMiB
    }

    /// Whether `text`, as a caller writes it, means this host.
    package func answers(to text: String) -> Bool { name == text || addresses.contains(text) }

    /// The same host with the registration of `other`: maintenance and shutdown state stay.
    package func registered(as other: Host) -> Host {
        var host = other
        (host.name, host.maintenance, host.shutDown) = (name, maintenance, shutDown)
        return host
    }

    /// Whether both hosts are reached in the same way, so that a connection to one is valid for the other.
    package func isReached(like other: Host) -> Bool {
        (name, hostKey, uri) == (other.name, other.hostKey, other.uri) && addresses == other.addresses
    }
}

/// The hypervisor that runs a host's machines.
package enum HypervisorKind: Sendable, Equatable, Codable {
    case qemu, xen, test
    case other(String)

    /// Reads libvirt's driver name (`virConnectGetType`).
    package init(driver: String) {
        switch driver.lowercased() {
        case "qemu": self = .qemu
        case "xen": self = .xen
        case "test": self = .test
        default: self = .other(driver)
        }
    }

    package var name: String {
        switch self {
        case .qemu: "QEMU"
        case .xen: "Xen"
        case .test: "Test"
        case .other(let name): name
        }
    }
}
