import Glibc

/// A local file with data, holes and more data, that ends in a hole.
struct SparseFile {
    let path: String

    init(at path: String, length: UInt64) throws {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw ScratchError(number: errno) }
        defer { close(descriptor) }
        for (number, offset) in [0, length / 4 + 4096, length / 2].enumerated() {
            let bytes = [UInt8](repeating: UInt8(number + 65), count: 300 << 10)
            guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
                throw ScratchError(number: errno)
            }
        }
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw ScratchError(number: errno) }
    }

    /// The space that a file uses on its disk, in bytes.
    static func allocation(_ path: String) -> UInt64 {
        var facts = stat()
        return lstat(path, &facts) == 0 ? UInt64(facts.st_blocks) * 512 : .max
    }

    /// Whether two files have the same bytes; false if one cannot be read.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        guard let one = fopen(left, "r") else { return false }
        defer { fclose(one) }
        guard let two = fopen(right, "r") else { return false }
        defer { fclose(two) }
        var (first, second) = ([UInt8](repeating: 0, count: 1 << 20), [UInt8](repeating: 0, count: 1 << 20))
        while true {
            let (a, b) = (fread(&first, 1, first.count, one), fread(&second, 1, second.count, two))
            guard a == b, memcmp(first, second, a) == 0 else { return false }
            if a == 0 { return true }
        }
    }
}
