/// Identifies the computer that a host is. Cheap boards share UUIDs, and copied disks share machine ids. A
/// kernel's boot id is unique, but containers on one computer share it. Only all three together identify one
/// host.
package struct HostIdentity: Sendable, Equatable, Codable {
    /// libvirt's host UUID; it comes from the firmware unless an administrator configured another.
    package var uuid: String
    /// Content of `/etc/machine-id`; `nil` if no program can run there.
    package var machine: String?
    /// Content of `/proc/sys/kernel/random/boot_id`; `nil` if no program can run there.
    package var boot: String?

    package init(uuid: String, machine: String?, boot: String?) {
        self.uuid = uuid
        self.machine = machine
        self.boot = boot
    }
}

extension HostIdentity {
    /// Whether both are certainly the same computer.
    private func isSame(as other: HostIdentity) -> Bool { machine != nil && boot != nil && self == other }

    /// - Parameters:
    ///   - identity: the identity of the host to register.
    ///   - others: the identities of registered hosts, with their names.
    /// - Throws: `hostAddressTaken` if the computer is registered under another name.
    package static func checkDistinct(
        _ name: String, _ identity: HostIdentity, from others: [(name: String, identity: HostIdentity)]
    ) throws(Refusal) {
        guard let same = others.first(where: { $0.name != name && identity.isSame(as: $0.identity) }) else { return }
        throw Refusal(
            .hostAddressTaken, .hostName,
            "\(.hostName) is '\(name)': it is the machine that is registered as '\(same.name)' already (host UUID "
                + "\(identity.uuid.shown), and the same machine-id and boot)", value: name,
            host: same.name)
    }

    /// The warning of `vms host prepare` about a UUID that other hosts share; `nil` if no host shares it.
    package func check(beside others: [(name: String, identity: HostIdentity)]) -> HostCheck? {
        let same = others.filter { $0.identity.uuid == uuid && !isSame(as: $0.identity) }.map(\.name).sorted()
        guard !same.isEmpty else { return nil }
        return HostCheck(
            "uuid", .warning, "\(same.prefix(3).joined(separator: ", ")) has host UUID \(uuid.shown) too",
            remedy: "\(Self.remedy); libvirt migrates no machine between hosts with the same UUID")
    }

    /// The command that gives a host a UUID of its own.
    private static let remedy =
        "echo \"host_uuid_source = \\\"machine-id\\\"\" >> /etc/libvirt/libvirtd.conf; systemctl restart libvirtd"

    /// The reason why libvirt would refuse to migrate a machine from here to `other`; `nil` if the UUIDs
    /// differ.
    package func reasonAgainstMove(to other: HostIdentity) -> String? {
        guard uuid == other.uuid else { return nil }
        return
            "both hosts have host UUID \(uuid.shown), and libvirt migrates no machine between such hosts; give one of them its own: "
            + Self.remedy
    }

    /// The result of `vms host prepare` for a computer that is already registered; `nil` if it is not, or is
    /// registered under `name`.
    package func check(asNew name: String, beside others: [(name: String, identity: HostIdentity)]) -> HostCheck? {
        guard let same = others.first(where: { $0.name != name && isSame(as: $0.identity) }) else { return nil }
        return HostCheck(
            "registered", .missing, "it is the machine that is registered as '\(same.name)' already",
            remedy: "use '\(same.name)'; vms host update \(same.name) changes how it is reached")
    }
}
