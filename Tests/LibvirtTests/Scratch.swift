import Glibc

/// A temporary folder of one test, removed at its end.
struct Scratch: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/libvirt-room-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw ScratchError(number: errno) }
        path = String(cString: made)
    }

    deinit {
        Self.remove(path)
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file that only its owner reads, and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        let path = file(name)
        guard let stream = fopen(path, "w") else { throw ScratchError(number: errno) }
        fputs(text, stream)
        fclose(stream)
        chmod(path, 0o600)
        return path
    }

    /// The names in the folder.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}

struct ScratchError: Error {
    let number: Int32
}
