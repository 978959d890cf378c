/// The texts that are allowed as a host's name or address. They appear in URIs, arguments of ssh and names of
/// folders.
package enum HostName {
    /// In bytes. A host's registered name is not longer, since folders are named after it.
    package static let longest = 128

    /// Whether `text` may be the name under which a host is registered. An address is allowed too, since a host
    /// without addresses is reached by its name.
    package static func isName(_ text: String) -> Bool {
        text.utf8.count <= longest && text.last != "." && isAddress(text)
    }

    /// Whether `text` may be the address of a host: a DNS name (RFC 1035: labels of up to 63 bytes, 253 in
    /// all), in which underscores are allowed too, or an IP address.
    package static func isAddress(_ text: String) -> Bool { isHostName(text) || IPAddress(text) != nil }

    /// Whether `text` may be a DNS name or an IPv4 address.
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
