import Glibc

/// A socket that accepts connections and never sends a byte.
final class SilentServer: Sendable {
    let path: String
    private let folder: Folder
    private let descriptor: Int32

    init() throws {
        folder = Folder(scratch: try Scratch())
        path = folder.scratch.file("silent")
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(descriptor, 64) == 0 else { throw ScratchError(number: errno) }
    }

    deinit {
        close(descriptor)
    }

    private final class Folder: Sendable {
        let scratch: Scratch
        init(scratch: consuming Scratch) { self.scratch = scratch }
    }
}
