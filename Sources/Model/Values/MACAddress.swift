/// An Ethernet address in lower-case colon form.
package struct MACAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text.lowercased() }

    /// The address of a machine's interface: always the same for the same machine, and never one that is in
    /// use.
    ///
    /// It has QEMU's prefix 52:54:00, or 00:16:3e on Xen. The last three bytes are a hash (FNV-1a) of the
    /// machine's id and the interface's number, incremented while the address is in use.
    package init(
        machine: MachineID, interface: Int, hypervisor: HypervisorKind, isTaken: (MACAddress) -> Bool
    ) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(machine.text)/\(interface)".utf8 { hash = (hash ^ UInt64(clamping: byte)) &* 0x100_0000_01b3 }
        let prefix = hypervisor == .xen ? "00:16:3e" : "52:54:00"
        var candidate = Self.spelled(prefix, hash)
        while isTaken(candidate) {
            hash &+= 1
            candidate = Self.spelled(prefix, hash)
        }
        self = candidate
    }

    private static func spelled(_ prefix: String, _ hash: UInt64) -> MACAddress {
        let tail = [hash >> 16 & 0xFF, hash >> 8 & 0xFF, hash & 0xFF].map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return MACAddress(([prefix] + tail).joined(separator: ":"))
    }
}
