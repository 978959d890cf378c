internal import Glibc

/// The addresses of a name to listen on, and whether only programs on this machine can reach them.
struct Loopback {
    /// In the order of the resolver; the server listens on the first.
    let addresses: [String]
    /// An address that other machines may reach; `nil` if all are loopback addresses.
    let external: String?

    /// - Returns: `nil` if the name has no address.
    init?(_ host: String) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(clamping: SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard !host.isEmpty, getaddrinfo(host, nil, &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var (addresses, external): ([String], String?) = ([], nil)
        var next = found
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr, let text = Self.text(address, entry.pointee.ai_addrlen) else {
                continue
            }
            addresses.append(text)
            if !Self.isLoopback(address) { external = external ?? text }
        }
        guard !addresses.isEmpty else { return nil }
        (self.addresses, self.external) = (addresses, external)
    }

    /// The addresses of this machine's interfaces, without those that need the interface's name as well (link-local).
    static var interfaceAddresses: [String] {
        var found: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&found) == 0 else { return [] }
        defer { freeifaddrs(found) }
        return sequence(first: found) { $0?.pointee.ifa_next }.prefix { $0 != nil }.compactMap { entry in
            guard let address = entry?.pointee.ifa_addr else { return nil }
            let length =
                switch Int32(clamping: address.pointee.sa_family) {
                case AF_INET: MemoryLayout<sockaddr_in>.size
                case AF_INET6: MemoryLayout<sockaddr_in6>.size
                default: 0
                }
            guard length > 0, let text = text(address, socklen_t(clamping: length)) else { return nil }
            return text.contains("%") ? nil : text
        }
    }

    private static func isLoopback(_ address: UnsafeMutablePointer<sockaddr>) -> Bool {
        switch Int32(clamping: address.pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt32(bigEndian: $0.pointee.sin_addr.s_addr) >> 24 == 127
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                withUnsafeBytes(of: address.pointee.sin6_addr) { bytes in
                    // ::1, or 127.0.0.0/8 as IPv6 writes it.
                    (bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1)
                        || (bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
                            && bytes[12] == 127)
                }
            }
        default: return false
        }
    }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>, _ length: socklen_t) -> String? {
        let most = 64
        var words = [CChar](repeating: 0, count: most)
        guard getnameinfo(address, length, &words, socklen_t(most), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        return String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
