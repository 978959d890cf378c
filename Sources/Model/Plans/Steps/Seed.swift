/// A guest's own configuration, in cloud-init's NoCloud form: three small files on a volume labelled `cidata`.
///
/// Source: cloud-init's documentation of the NoCloud data source and of network configuration version 2.
package struct Seed: Sendable, Equatable, Codable {
    package struct Interface: Sendable, Equatable, Codable {
        package var mac: MACAddress
        package var addresses: [InterfaceAddress]
        /// Largest IP packet, in bytes; `nil` keeps the interface's own value.
        package var mtu: Int?

        package init(mac: MACAddress, addresses: [InterfaceAddress], mtu: Int? = nil) {
            self.mac = mac
            self.addresses = addresses
            self.mtu = mtu
        }
    }

    package var instance: MachineID
    package var hostName: String
    package var interfaces: [Interface]

    package init(instance: MachineID, hostName: String, interfaces: [Interface]) {
        self.instance = instance
        self.hostName = hostName
        self.interfaces = interfaces
    }

    /// The files by name, in the order in which they are written. Every value comes from a checked type, so
    /// that the quotes in the templates suffice.
    package var files: [(name: String, text: String)] {
        [("meta-data", metaData), ("network-config", networkConfig), ("user-data", "#cloud-config\n{}\n")]
    }

    private var metaData: String { "instance-id: \"\(instance.text)\"\nlocal-hostname: \"\(hostName)\"\n" }

    private var networkConfig: String {
        var lines = ["version: 2", "ethernets:"]
        for (index, interface) in interfaces.enumerated() {
            lines += [
                "  eth\(index):", "    match:", "      macaddress: \"\(interface.mac)\"", "    set-name: eth\(index)",
                "    dhcp4: false", "    dhcp6: false",
            ]
            if let mtu = interface.mtu { lines.append("    mtu: \(mtu)") }
            if !interface.addresses.isEmpty { lines.append("    addresses:") }
            lines += interface.addresses.map { "      - \"\($0)\"" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
