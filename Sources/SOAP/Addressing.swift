internal import XML

/// The WS-Addressing headers that an answer needs.
package struct Addressing: Sendable, Equatable {
    static let namespaces = [
        "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    ]

    /// .NET's namespace for messages without addressing. .NET sends `Action` in it with `mustUnderstand`, and expects
    /// no addressing in the answer.
    private static let none = "http://schemas.microsoft.com/ws/2005/05/addressing/none"

    /// The namespaces whose headers can be ignored safely: the action, which selects nothing here, and reply addresses,
    /// since the answer always goes back on the connection.
    static let understood = namespaces + [none]

    /// Namespace of the WS-Addressing version of the request.
    var namespace: String
    var messageID: String?

    /// The action of a fault.
    var faultAction: String { "\(namespace)/fault" }

    /// `nil` if the request has no WS-Addressing header.
    init?(headers: [XMLElement]) {
        guard let first = headers.first(where: { Self.namespaces.contains($0.namespace) }) else { return nil }
        namespace = first.namespace
        let id = headers.first { $0.namespace == first.namespace && $0.name == "MessageID" }
        messageID = id?.text.trimmed
    }
}

extension String {
    var trimmed: String {
        var body = self[...]
        while let first = body.first, first.isWhitespace { body.removeFirst() }
        while let last = body.last, last.isWhitespace { body.removeLast() }
        return String(body)
    }
}
