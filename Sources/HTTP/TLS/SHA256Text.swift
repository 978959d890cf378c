internal import Crypto

/// SHA-256 in lower-case hexadecimal.
enum SHA256Text {
    static func text(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
