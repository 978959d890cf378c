internal import Model

/// One run of a script on a host: its arguments, of types that leave nothing for a shell to interpret, and the parser
/// of its answer. Each script has one type, of the same name as its file.
protocol ScriptCall: Sendable {
    associatedtype Answer: Sendable

    static var script: HostScript { get }

    var arguments: [HostArgument] { get }
    /// The variables that are set in front of the script.
    var variables: [ScriptVariable] { get }
    /// The purpose of this run, as the continuation of "the host could not"; `nil` to use the script's own purpose.
    var purpose: String? { get }

    /// Parses the output of the script.
    func answer(_ output: String) throws(Refusal) -> Answer
}

extension ScriptCall {
    var arguments: [HostArgument] { [] }
    var variables: [ScriptVariable] { [] }
    var purpose: String? { nil }
}

extension ScriptCall where Answer == Void {
    /// Ignores the output of a script that has no answer.
    func answer(_ output: String) {}
}

/// A long-running script whose lines are handled as they arrive.
protocol ScriptStream: Sendable {
    static var script: HostScript { get }

    var arguments: [HostArgument] { get }
    /// The values of the variables `secret1` and so on. Unlike arguments, they are not visible in the list of
    /// processes.
    var secrets: [HostArgument] { get }
}
