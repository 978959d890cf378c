package import FoundationEssentials

/// A host as it was registered.
package struct Host: Sendable, Equatable, Codable {
    package var name: String
    /// The SSH host key that is pinned, as `type base64`; `nil` for hosts that are not reached by SSH.
    package var hostKey: String?
    /// Addresses in the order in which they are tried.
    package var addresses: [String]
    /// libvirt URI given by the operator; `nil` means SSH to the first address that answers.
    package var uri: String?
    /// Memory as the operator states it, in MiB.
    package var memoryMiB: Int64?
    /// Name of the storage pool that new volumes go to; `nil` leaves the choice to us.
    package var storagePool: String?
    /// Its own address under which other hosts reach it for links of virtual networks; `nil` leaves the choice to us.
    package var underlay: String?
    /// Since when it takes no new machines; `nil` while it does.
    package var maintenance: Date?
    /// `nil` unless it was shut down by us, or is being shut down.
    package var shutDown: ShutdownRecord?

    package init(name: String, hostKey: String?, addresses: [String], uri: String?, memoryMiB: Int64?) {
        self.name = name
        self.hostKey = hostKey
        self.addresses = addresses
        self.uri = uri
        self.memoryMiB = memoryMiB
    }

    /// Whether a caller who says `text` means this host.
    package func answers(to text: String) -> Bool { name == text || addresses.contains(text) }

    /// The same host, registered otherwise: what is known of its state stays.
    package func registered(as other: Host) -> Host {
        var host = other
        (host.name, host.maintenance, host.shutDown) = (name, maintenance, shutDown)
        return host
    }

    /// Whether both are reached in the same way: a connection to one is good for the other.
    package func isReached(like other: Host) -> Bool {
        (name, hostKey, uri) == (other.name, other.hostKey, other.uri) && addresses == other.addresses
    }
}

/// What drives the machines of a host.
package enum HypervisorKind: Sendable, Equatable, Codable {
    case qemu, xen, test
    case other(String)

    /// From libvirt's driver name (`virConnectGetType`).
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
