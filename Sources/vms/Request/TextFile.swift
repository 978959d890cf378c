internal import Glibc

/// The text of a file that the command line names.
enum TextFile {
    private static let largest = 8 << 20

    /// Reads the file's text without one line end at its end; `-` is standard input.
    ///
    /// - Throws: ``UsageError`` for a file that cannot be read, has more than 8 MiB or is not UTF-8.
    static func text(_ path: String) throws -> String {
        let bytes = try bytes(path, atMost: largest)
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("\(path.visible) is not text in UTF-8")
        }
        if text.last?.isNewline == true { text.removeLast() }
        return text
    }

    /// - Throws: ``UsageError`` for a file that cannot be read or is larger.
    static func bytes(_ path: String, atMost largest: Int) throws -> [UInt8] {
        let bytes = try path == "-" ? read(STDIN_FILENO, path, atMost: largest) : contents(of: path, atMost: largest)
        guard bytes.count <= largest else { throw UsageError("\(path.visible) holds more than \(largest >> 20) MiB") }
        return bytes
    }

    private static func contents(of path: String, atMost largest: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        return try read(descriptor, path, atMost: largest)
    }

    private static func unreadable(_ path: String, _ error: CInt) -> UsageError {
        UsageError("cannot read the file '\(path.visible)': \(String(cString: strerror(error)))")
    }

    /// - Returns: if there is more than `largest`, at most one part beyond it.
    private static func read(_ descriptor: CInt, _ path: String, atMost largest: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= largest {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes
    }
}
