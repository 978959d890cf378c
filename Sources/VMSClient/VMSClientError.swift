public import VMSAPI

/// Why a call had no response.
public enum VMSClientError: Error, Sendable, Equatable {
    /// The server understood and refused, or tried and failed.
    case fault(VirtualMachineServerFault)
    /// No connection came about: nothing was asked of the server.
    case unreachable(server: String, why: String)
    /// The request went out and no complete answer came back: it may have been carried out or not.
    case interrupted(server: String, why: String)
    /// Something answered that is not a Virtual Machine Server, or one of another age.
    case notVMS(server: String, what: String)
    /// The address given for the server is none.
    case badServer(String)
    /// A file on this side that is to be sent cannot be read.
    case badFile(String)
}

extension VMSClientError: CustomStringConvertible {
    /// The error in a sentence, on one line, without control characters.
    public var description: String {
        switch self {
        case .fault(let fault): Self.oneLine("\(fault.code): \(fault.reason)")
        case .unreachable(let server, let why): Self.oneLine("cannot reach the server at \(server): \(why)")
        case .interrupted(let server, let why):
            Self.oneLine("the server at \(server) did not answer, and may have done what was asked or not: \(why)")
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
