internal import VMSAPI
internal import VMSClient

/// A followed operation that did not succeed.
struct OperationFailure: Error {
    var operation: Operation
}

/// Ctrl-C during an operation that is followed.
struct Interruption: Error {
    var operation: String
}

/// The server was lost while an operation was followed and did not return in time, or its answer was invalid.
struct LostOperation: Error {
    var operation: String
    var reason: VMSClientError
}

/// `network diff` printed differences.
struct DifferencesFound: Error {}

/// The error of a command line, as words and as exit status.
struct Failure {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    /// Prints the reason to standard error.
    ///
    /// - Parameter parser: the argument parser's words for its own errors, and whether it is help instead of an error.
    func report(on console: Console, parser: (any Error) -> (String, isSuccess: Bool)) -> ProgramStatus {
        switch error {
        case let error as UsageError:
            console.errors("vms: \(error.description)\n")
            return .usage
        case let error as VMSClientError:
            console.errors("vms: \(error.description.visible)\(Self.place(of: error).visible)\n")
            return Self.status(of: error)
        case let lost as LostOperation:
            let id = lost.operation.visible
            console.errors(
                """
                vms: \(lost.reason.description.visible)
                     Operation \(id) may continue. To watch it: vms operation watch \(id)

                """)
            return Self.status(of: lost.reason)
        case let failure as OperationFailure:
            console.errors("vms: \(Self.words(for: failure.operation).visible)\n")
            return ProgramStatus(faultCode: failure.operation.code)
        case let interruption as Interruption:
            let id = interruption.operation.visible
            console.errors(
                """
                vms: operation \(id) continues. To watch it: vms operation watch \(id)
                     To cancel and undo it: vms operation cancel \(id)

                """)
            return .interrupted
        case is DifferencesFound: return .differs
        case let broken as AuditChain.Broken:
            console.errors("vms: \(broken)\n")
            return .fault
        default:
            let (words, isSuccess) = parser(error)
            (isSuccess ? console.output : console.errors)(words + "\n")
            return isSuccess ? .done : .usage
        }
    }

    private static func status(of error: VMSClientError) -> ProgramStatus {
        switch error {
        case .fault(let fault): ProgramStatus(faultCode: fault.code)
        case .badServer, .badFile: .usage
        case .unreachable, .untrusted, .interrupted, .notVMS: .unreachable
        }
    }

    private static func words(for operation: Operation) -> String {
        let reason = operation.reason ?? "operation \(operation.id) ended as \(operation.state.rawValue)"
        let place = place(in: reason, host: operation.phyServer, machine: operation.vmName, operation: operation.id)
        return "\(operation.code ?? operation.state.rawValue): \(reason)\(place)"
    }

    private static func place(of error: VMSClientError) -> String {
        guard case .fault(let fault) = error else { return "" }
        return place(in: fault.reason, host: fault.phyServer, machine: fault.vmName, operation: fault.operation)
    }

    /// The host, machine and operation of a fault, as far as its words do not name them.
    private static func place(in words: String, host: String?, machine: String?, operation: String?) -> String {
        let parts = [("host", host), ("machine", machine), ("operation", operation)].compactMap { kind, name in
            name.flatMap { $0.isEmpty || words.contains($0) ? nil : "\(kind) \($0)" }
        }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
}
