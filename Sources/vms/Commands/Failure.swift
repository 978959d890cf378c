internal import VMSAPI
internal import VMSClient

/// An operation that was followed and did not succeed.
struct OperationFailure: Error {
    var operation: Operation
}

/// Ctrl-C while an operation was followed.
struct Interruption: Error {
    var operation: String
}

/// `network diff` found differences, and told them.
struct DifferencesFound: Error {}

/// Why a command line was not done: its words and its status.
struct Failure {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    /// Says why on standard error.
    ///
    /// - Parameter parser: words of the argument parser for its own errors, and whether they are none (help).
    func report(on console: Console, parser: (any Error) -> (String, isSuccess: Bool)) -> ProgramStatus {
        switch error {
        case let error as UsageError:
            console.errors("vms: \(error.description)\n")
            return .usage
        case let error as VMSClientError:
            console.errors("vms: \(error.description.visible)\n")
            return Self.status(of: error)
        case let failure as OperationFailure:
            console.errors("vms: \(Self.words(for: failure.operation).visible)\n")
            return .fault
        case let interruption as Interruption:
            let id = interruption.operation.visible
            console.errors(
                """
                vms: operation \(id) goes on. To watch it: vms operation watch \(id)
                     To cancel and undo it: vms operation cancel \(id)

                """)
            return .interrupted
        case is DifferencesFound: return .differs
        default:
            let (words, isSuccess) = parser(error)
            (isSuccess ? console.output : console.errors)(words + "\n")
            return isSuccess ? .done : .usage
        }
    }

    private static func status(of error: VMSClientError) -> ProgramStatus {
        switch error {
        case .fault: .fault
        case .badServer, .badFile: .usage
        case .unreachable, .interrupted, .notVMS: .unreachable
        }
    }

    private static func words(for operation: Operation) -> String {
        let reason = operation.reason ?? "operation \(operation.id) ended as \(operation.state.rawValue)"
        return "\(operation.code ?? operation.state.rawValue): \(reason)"
    }
}
