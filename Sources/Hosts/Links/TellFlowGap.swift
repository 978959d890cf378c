internal import Model

/// Asks for the longest time between two answers to a flow so far, and since the last one.
struct TellFlowGap: ScriptCall {
    static let script = HostScript(
        "tell-flow-gap", PackageResources.tell_flow_gap_sh, to: "tell how long packets were lost")

    let arguments: [HostArgument]

    init(_ flow: MoveFlow) { arguments = [HostArgument(flow.sourceMAC)] }

    /// In milliseconds; `nil` before the first answer.
    func answer(_ output: String) -> Int? {
        output.split(whereSeparator: \.isWhitespace).first.flatMap { Int(told: $0, in: Foreign.count) }
    }
}
