internal import FoundationEssentials
internal import VMSAPI

/// A checked server address: it has scheme and host, and a path can be appended to it.
struct ServerAddress {
    /// The address without a trailing slash.
    let text: String

    init(_ text: String) throws(VMSClientError) {
        let shown = FieldError.shortened(text)
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
        self.text = String(end)
    }
}
