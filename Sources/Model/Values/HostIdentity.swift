/// Which machine a host is. Cheap boards share UUIDs, and copied disks share machine ids; the run of a kernel is nobody
/// else's, but containers on one machine share it: only all three together are one host.
package struct HostIdentity: Sendable, Equatable, Codable {
    /// libvirt's, of the firmware where nobody configured another.
    package var uuid: String
    /// Of `/etc/machine-id`; `nil` where no program can be run.
    package var machine: String?
    /// Of `/proc/sys/kernel/random/boot_id`; `nil` where no program can be run.
    package var boot: String?

    package init(uuid: String, machine: String?, boot: String?) {
        self.uuid = uuid
        self.machine = machine
        self.boot = boot
    }
}

extension HostIdentity {
    /// Whether both are surely one machine.
    private func isSame(as other: HostIdentity) -> Bool { machine != nil && boot != nil && self == other }

    /// - Parameters:
    ///   - identity: of the host that is to be registered.
    ///   - others: of hosts that are, by name.
    /// - Throws: `hostAddressTaken` for a machine that is there under another name.
    package static func checkApart(
        _ name: String, _ identity: HostIdentity, from others: [(name: String, identity: HostIdentity)]
    ) throws(Refusal) {
        guard let same = others.first(where: { $0.name != name && identity.isSame(as: $0.identity) }) else { return }
        throw Refusal(
            .hostAddressTaken, .hostName,
            "\(.hostName) is '\(name)': it is the machine that is registered as '\(same.name)' already (host UUID "
                + "\(identity.uuid.shown), and the same machine-id and boot)", value: name,
            host: same.name)
    }

    /// What `vms host prepare` says of a UUID that other hosts have too; `nil` where none has.
    package func check(beside others: [(name: String, identity: HostIdentity)]) -> HostCheck? {
        let same = others.filter { $0.identity.uuid == uuid && !isSame(as: $0.identity) }.map(\.name).sorted()
        guard !same.isEmpty else { return nil }
        return HostCheck(
            "uuid", .warning, "\(same.prefix(3).joined(separator: ", ")) has host UUID \(uuid.shown) too",
            remedy: "\(Self.remedy); libvirt moves no machine between hosts of one UUID")
    }

    /// Gives a host a UUID of its own.
    private static let remedy =
        "echo \"host_uuid_source = \\\"machine-id\\\"\" >> /etc/libvirt/libvirtd.conf; systemctl restart libvirtd"

    /// Why libvirt would move no machine from here to a host; `nil` where the UUIDs differ.
    package func hindersMove(to other: HostIdentity) -> String? {
        guard uuid == other.uuid else { return nil }
        return
            "both hosts have host UUID \(uuid.shown), and libvirt moves no machine between such; give one of them another: "
            + Self.remedy
    }

    /// What `vms host prepare` says of a machine that is registered already; `nil` for one that is not, or for the host of
    /// that name.
    package func check(asNew name: String, beside others: [(name: String, identity: HostIdentity)]) -> HostCheck? {
        guard let same = others.first(where: { $0.name != name && isSame(as: $0.identity) }) else { return nil }
        return HostCheck(
            "registered", .missing, "it is the machine that is registered as '\(same.name)' already",
            remedy: "use '\(same.name)'; vms host update \(same.name) changes how it is reached")
    }
}
