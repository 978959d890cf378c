import Glibc
import Synchronization

@testable import Libvirt

/// A relay before libvirtd's socket that forwards everything and counts the calls: each is a round trip to the host.
final class CountingRelay: Sendable {
    let path: String
    private let folder: Folder
    private let listener: Int32
    private let daemon: String
    private let count = Mutex(0)

    /// - Parameter daemon: the path of libvirtd's socket.
    init(to daemon: String) throws {
        folder = Folder(scratch: try Scratch())
        path = folder.scratch.file("relay")
        self.daemon = daemon
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else {
            throw ScratchError(number: errno)
        }
        try BlockingThreads.shared.run { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                self.join(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Returns the number of calls since the last time.
    func taken() -> Int {
        count.withLock { count in
            defer { count = 0 }
            return count
        }
    }

    private func join(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(daemon, { connect(server, $0, $1) }) == 0 else {
            close(client)
            close(server)
            return
        }
        try? BlockingThreads.shared.run {
            var frames = Frames()
            Self.pump(from: client, to: server) { bytes in
                let calls = frames.calls(in: bytes)
                self.count.withLock { $0 += calls }
            }
        }
        try? BlockingThreads.shared.run { Self.pump(from: server, to: client) { _ in } }
    }

    private static func pump(from source: Int32, to sink: Int32, _ observe: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let size = read(source, &buffer, buffer.count)
            guard size > 0 else { break }
            observe(buffer[..<size])
            var done = 0
            while done < size {
                let sent = buffer[done..<size].withUnsafeBytes {
                    send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { break }
                done += sent
            }
            guard done == size else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private final class Folder: Sendable {
        let scratch: Scratch
        init(scratch: consuming Scratch) { self.scratch = scratch }
    }

    /// libvirt's messages: a length of four bytes that includes itself, then program, version, procedure, type, serial
    /// and status of four bytes each (libvirt's docs/kbase/internals/rpc). Type 0 is a call.
    private struct Frames {
        private var held: [UInt8] = []

        mutating func calls(in bytes: ArraySlice<UInt8>) -> Int {
            held += bytes
            var (calls, start) = (0, 0)
            while held.count - start >= 28 {
                func number(_ place: Int) -> Int {
                    held[(start + place)..<(start + place + 4)].reduce(0) { $0 << 8 | Int($1) }
                }
                let length = number(0)
                guard length >= 28, held.count - start >= length else { break }
                if number(4) == 0x2000_8086, number(16) == 0 { calls += 1 }
                start += length
            }
            held.removeFirst(start)
            return calls
        }
    }
}
