internal import Crypto
internal import Model

/// Random secrets, and their digests.
enum Secret {
    /// Random bytes of the system's generator.
    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// SHA-256.
    static func digest(of secret: [UInt8]) -> Model.Digest {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in SHA256.hash(data: secret) {
            text.append(digits[Int(truncatingIfNeeded: byte >> 4)])
            text.append(digits[Int(truncatingIfNeeded: byte & 15)])
        }
        return Model.Digest(String(decoding: text, as: UTF8.self))
    }

    /// Compares in a time that does not depend on the position of the first difference.
    static func isEqual(_ one: Model.Digest, _ other: Model.Digest) -> Bool {
        let (left, right) = (Array(one.text.utf8), Array(other.text.utf8))
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}
