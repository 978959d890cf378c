/// Which texts may be a host's name or address. They go into URIs, ssh's arguments and names of folders.
package enum HostName {
    /// In bytes; a host's own name is no longer, since folders are named by it.
    package static let longest = 128

    /// Whether it may be the name that a host is registered under: also an address, since a host without one is reached by
    /// its name.
    package static func isName(_ text: String) -> Bool {
        text.utf8.count <= longest && text.last != "." && isAddress(text)
    }

    /// Whether it may be what a host is reached by: a name as the DNS has them (RFC 1035: labels of up to 63, 253 in all),
    /// with underscores too, or an IP address.
    package static func isAddress(_ text: String) -> Bool { isHostName(text) || IPAddress(text) != nil }

    /// Whether it may be a name, or an IPv4 address.
    static func isHostName(_ text: String) -> Bool {
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard (1...253).contains(text.utf8.count), name.first != "-" else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == 0x2D || byte == 0x5F
                }
        }
    }
}
