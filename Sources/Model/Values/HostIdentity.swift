/// Which machine a host is. Cheap boards share UUIDs, and copied disks share machine ids; the run of a kernel is nobody
/// else's, but containers on one machine share it: only all three together are one host.
package struct HostIdentity: Sendable, Equatable {
    /// libvirt's, of the firmware where nobody configured another.
    package var uuid: String
    /// Of `/etc/machine-id`.
    package var machine: String
    /// Of `/proc/sys/kernel/random/boot_id`.
    package var boot: String

    package init(uuid: String, machine: String, boot: String) {
        self.uuid = uuid
        self.machine = machine
        self.boot = boot
    }
}

extension HostIdentity {
    /// - Parameters:
    ///   - identity: of the host that is to be registered.
    ///   - others: of hosts that are, by name.
    /// - Throws: `nodeAddressTaken` for a machine that is there under another name.
    package static func checkApart(
        _ name: String, _ identity: HostIdentity, from others: [(name: String, identity: HostIdentity)]
    ) throws(Refusal) {
        guard let same = others.first(where: { $0.name != name && $0.identity == identity }) else { return }
        throw Refusal(
            .nodeAddressTaken,
            "NodeName is '\(name)': it is the machine that is registered as '\(same.name)' already (host UUID "
                + "\(identity.uuid.shown), and the same machine-id and boot)", field: "NodeName", value: name,
            node: same.name)
    }

    /// What `vms node prepare` says of a UUID that other hosts have too; `nil` where none has.
    package func check(beside others: [(name: String, identity: HostIdentity)]) -> HostCheck? {
        let same = others.filter { $0.identity.uuid == uuid && $0.identity != self }.map(\.name).sorted()
        guard !same.isEmpty else { return nil }
        return HostCheck(
            "uuid", .warning, "\(same.prefix(3).joined(separator: ", ")) has host UUID \(uuid.shown) too",
            remedy:
                "echo \"host_uuid_source = \\\"machine-id\\\"\" >> /etc/libvirt/libvirtd.conf; systemctl restart libvirtd; "
                + "libvirt moves no machine between hosts of one UUID")
    }
}
