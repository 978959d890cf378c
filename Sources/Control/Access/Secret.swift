internal import Crypto
internal import Model

/// Random secrets, and their digests.
enum Secret {
    /// Random bytes of the system's generator.
    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// SHA-256.
    static func digest(of secret: [UInt8]) -> Model.Digest {
        Model.Digest(SHA256.hash(data: secret).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
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
