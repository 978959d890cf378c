internal import Control
internal import Crypto
internal import Glibc
internal import Model

/// Two digests that identify a file's content.
struct FileDigests: Sendable, Equatable, Codable {
    /// SHA-256 of every byte.
    var whole: Model.Digest
    /// The digest described at ``StoredFile/dataDigest``.
    var data: Model.Digest
}

/// Computes the digests of content that is passed in pieces, in order.
struct FileHash {
    private var whole = SHA256()
    private var data = SHA256()
    private var length = 0
    /// Bytes after the last whole block.
    private var rest: [UInt8] = []

    private static let zeros = [UInt8](repeating: 0, count: StoredFile.blockSize)

    mutating func update(_ piece: UnsafeRawBufferPointer) {
        whole.update(bufferPointer: piece)
        var piece = piece
        if !rest.isEmpty {
            let missing = min(StoredFile.blockSize - rest.count, piece.count)
            rest += piece[..<missing]
            piece = UnsafeRawBufferPointer(rebasing: piece[missing...])
            guard rest.count == StoredFile.blockSize else { return }
            let block = rest
            rest = []
            block.withUnsafeBytes { updateBlock($0) }
        }
        while piece.count >= StoredFile.blockSize {
            updateBlock(UnsafeRawBufferPointer(rebasing: piece[..<StoredFile.blockSize]))
            piece = UnsafeRawBufferPointer(rebasing: piece[StoredFile.blockSize...])
        }
        rest += piece
    }

    private mutating func updateBlock(_ block: UnsafeRawBufferPointer) {
        let number = length / StoredFile.blockSize
        length += block.count
        guard let base = block.baseAddress, memcmp(base, Self.zeros, block.count) != 0 else { return }
        data.update(data: Self.bytes(of: number))
        data.update(bufferPointer: block)
    }

    /// The digests of all content passed so far.
    var digests: FileDigests {
        var last = self
        last.rest.withUnsafeBytes { if !$0.isEmpty { last.updateBlock($0) } }
        last.data.update(data: Self.bytes(of: last.length))
        return FileDigests(whole: Self.text(last.whole.finalize()), data: Self.text(last.data.finalize()))
    }

    private static func bytes(of number: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    static func text(_ digest: SHA256.Digest) -> Model.Digest {
        Model.Digest(digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined())
    }
}
