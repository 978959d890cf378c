internal import FoundationEssentials
internal import VMSAPI

/// A checked server address: it has scheme and host, and a path can be appended to it.
struct ServerAddress {
    /// The address without a trailing slash.
    let text: String
    /// The beginning of the URLs of all requests; differs from ``text`` for a Unix socket.
    let base: String

    init(_ text: String) throws(VMSClientError) {
        let shown = FieldError.shortened(text)
        if text.hasPrefix("unix:") {
            let path = text.dropFirst("unix:".count)
            guard path.hasPrefix("/") else { throw .badServer("'\(shown)' must be unix: and an absolute path") }
            (self.text, base) = (text, "http+unix://" + Self.percentEncoded(path))
            return
        }
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPrintable, let url = URL(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host(), !host.isEmpty
        else { throw .badServer("'\(shown)' must be an address such as http://127.0.0.1:8080") }
        guard url.query() == nil, url.fragment() == nil, url.user() == nil, url.password() == nil else {
            throw .badServer("'\(shown)' must hold no user, no '?' and no '#'")
        }
        if let port = url.port, !(1...65535).contains(port) {
            throw .badServer("'\(shown)' must have a port from 1 to 65535")
        }
        var end = text[...]
        while end.hasSuffix("/") { end.removeLast() }
        (self.text, base) = (String(end), String(end))
    }

    /// Host and port of an `https://` address; `nil` for another one.
    var endpoint: (host: String, port: Int)? {
        guard let url = URL(string: text), url.scheme?.lowercased() == "https", let host = url.host() else {
            return nil
        }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        return (isBracketed ? String(host.dropFirst().dropLast()) : host, url.port ?? 443)
    }

    /// The text with each byte that is no ASCII letter or digit as `%` and two digits.
    static func percentEncoded(_ text: Substring) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
