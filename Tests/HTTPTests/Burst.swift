import Glibc

/// One client that sends a request as soon as it is connected, and right after it many silent clients.
enum Burst {
    /// Whether the first client is answered; `nil` if it was interrupted for so long that it did not send immediately.
    /// Blocks its thread.
    static func isAnswered(_ port: Int, silent count: Int) -> Bool? {
        let begin = ContinuousClock.now
        let active = connected(port)
        let request = Array("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
        _ = send(active, request, request.count, Int32(MSG_NOSIGNAL))
        // Half of the time that the server gives to such a client.
        let isImmediate = ContinuousClock.now - begin < .milliseconds(5)
        let silent = (0..<count).map { _ in connected(port) }
        defer { for each in silent + [active] { close(each) } }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(active, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var answer = [UInt8](repeating: 0, count: 64)
        let length = recv(active, &answer, answer.count, 0)
        guard isImmediate else { return nil }
        return length > 0 && String(decoding: answer[..<length], as: UTF8.self).hasPrefix("HTTP/1.1 200")
    }

    private static func connected(_ port: Int) -> CInt {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}
