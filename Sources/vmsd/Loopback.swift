internal import Glibc

/// Whether a server on an address is reached by this machine's own programs only.
enum Loopback {
    /// - Returns: an address beyond loopback that the name means; `nil` when all of them are this machine's own.
    ///   A name that means nothing is nobody's: binding it says so.
    static func beyond(_ host: String) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(clamping: SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var next = found
        while let entry = next {
            if let address = entry.pointee.ai_addr, !isLoopback(address) {
                return text(address, entry.pointee.ai_addrlen)
            }
            next = entry.pointee.ai_next
        }
        return nil
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

    private static func text(_ address: UnsafeMutablePointer<sockaddr>, _ length: socklen_t) -> String {
        let most = 64
        var words = [CChar](repeating: 0, count: most)
        guard getnameinfo(address, length, &words, socklen_t(most), nil, 0, NI_NUMERICHOST) == 0 else {
            return "?"
        }
        return String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
