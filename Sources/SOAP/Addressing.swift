internal import XML

/// The parts of WS-Addressing that an answer needs.
package struct Addressing: Sendable, Equatable {
    static let namespaces = [
        "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    ]

    /// .NET's name for messages without addressing: it sends `Action` so, to be understood and not to be answered.
    private static let none = "http://schemas.microsoft.com/ws/2005/05/addressing/none"

    /// The namespaces whose headers say nothing that is not served here: the action, which never decides, and addresses to
    /// answer to, which is always the connection.
    static let understood = namespaces + [none]

    /// The version of WS-Addressing that the request used.
    var namespace: String
    var messageID: String?

    /// The action of an answer that is a fault.
    var faultAction: String { "\(namespace)/fault" }

    /// `nil` when no header of the request is of WS-Addressing.
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
