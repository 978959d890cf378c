internal import Model

/// Reads the longest time between two answers of a flow so far, or since the last one.
struct TellFlowGap: ScriptCall {
    static let script = HostScript(
        "tell-flow-gap", PackageResources.tell_flow_gap_sh, to: "report how long packets were lost")

    let arguments: [HostArgument]

    init(_ flow: MoveFlow) { arguments = [HostArgument(flow.sourceMAC)] }

    /// Returns the gap in milliseconds; `nil` before the first answer.
    func answer(_ output: String) -> Int? {
        output.split(whereSeparator: \.isWhitespace).first.flatMap { Int(told: $0, in: Foreign.count) }
    }
}
