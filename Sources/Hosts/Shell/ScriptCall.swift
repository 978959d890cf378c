internal import Model

/// One run of a script on a host: what it is given, of types that leave nothing for a shell to interpret, and how its answer
/// is read. Each script has one type, of the same name as its file.
protocol ScriptCall: Sendable {
    associatedtype Answer: Sendable

    static var script: HostScript { get }

    var arguments: [HostArgument] { get }
    /// What the script finds in variables.
    var words: [HostWords] { get }
    /// What it is for this time, as it goes on from "the host could not"; `nil` where the script's own words do.
    var purpose: String? { get }

    /// Reads what the script printed.
    func answer(_ output: String) throws(Refusal) -> Answer
}

extension ScriptCall {
    var arguments: [HostArgument] { [] }
    var words: [HostWords] { [] }
    var purpose: String? { nil }
}

extension ScriptCall where Answer == Void {
    /// Of one that is only done.
    func answer(_ output: String) {}
}

/// A script that takes long, and whose lines are told as they come.
protocol ScriptStream: Sendable {
    static var script: HostScript { get }

    var arguments: [HostArgument] { get }
    /// What the script finds as `secret1` and so on. Unlike arguments they are in no list of processes.
    var secrets: [HostArgument] { get }
}
