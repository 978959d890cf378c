internal import FoundationEssentials
internal import Glibc

/// Text that the command line names by its file.
enum TextFile {
    private static let largest = 8 << 20

    /// The file's text without one line end at its end; `-` reads standard input.
    ///
    /// - Throws: ``UsageError`` for a file that cannot be read, holds more than 8 MiB or is not UTF-8.
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
        let bytes = try path == "-" ? standardInput(atMost: largest) : contents(of: path)
        guard bytes.count <= largest else { throw UsageError("\(path.visible) holds more than \(largest >> 20) MiB") }
        return bytes
    }

    private static func contents(of path: String) throws -> [UInt8] {
        do { return Array(try Data(contentsOf: URL(filePath: path))) } catch {
            throw UsageError("cannot read the file '\(path.visible)'")
        }
    }

    private static func standardInput(atMost largest: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= largest {
            let count = read(STDIN_FILENO, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes
    }
}
