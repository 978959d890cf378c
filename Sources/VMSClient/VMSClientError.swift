public import VMSAPI

/// The reason why a call has no response.
public enum VMSClientError: Error, Sendable, Equatable {
    /// The server refused the request, or failed to carry it out.
    case fault(VirtualMachineServerFault)
    /// There was no connection: the server did not get the request.
    case unreachable(server: String, why: String)
    /// The server's certificate is not trusted, so that nothing was sent to it. See ``ServerIdentity``.
    case untrusted(server: String)
    /// The request was sent and no complete answer came back: the server may or may not have carried it out.
    case interrupted(server: String, why: String)
    /// The answer is not from a Virtual Machine Server, or from one with another contract.
    case notVMS(server: String, what: String)
    /// The server's address is invalid.
    case badServer(String)
    /// A local file to send cannot be read.
    case badFile(String)
}

extension VMSClientError: CustomStringConvertible {
    /// The error in a sentence, on one line, without control characters.
    public var description: String {
        switch self {
        case .fault(let fault): Self.oneLine("\(fault.code): \(fault.reason)")
        case .unreachable(let server, let why): Self.oneLine("cannot reach the server at \(server): \(why)")
        case .untrusted(let server):
            Self.oneLine("cannot reach the server at \(server): its certificate is not trusted on this machine")
        case .interrupted(let server, let why):
            Self.oneLine("the server at \(server) did not answer, and may or may not have done the request: \(why)")
        case .notVMS(let server, let what): Self.oneLine("\(server) is not a Virtual Machine Server: it sent \(what)")
        case .badFile(let why): Self.oneLine(why)
        case .badServer(let why): Self.oneLine("the server's address \(why)")
        }
    }

    private static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}

extension VMSClientError {
    /// Whether another attempt later can help.
    var isTransient: Bool {
        switch self {
        case .unreachable, .interrupted: true
        // The server stops in order and continues its operations after its restart; or it is too busy for the request.
        case .fault(let fault): ["serverStopping", "serverBusy", "tooManyCalls"].contains(fault.code)
        case .untrusted, .notVMS, .badServer, .badFile: false
        }
    }
}
