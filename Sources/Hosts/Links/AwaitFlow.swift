internal import Model

/// Waits until a flow has started, for at most 10 s.
struct AwaitFlow: ScriptCall {
    static let script = HostScript("await-flow", PackageResources.await_flow_sh, to: "report whether packets are sent")

    let arguments: [HostArgument]

    init(_ flow: MoveFlow) { arguments = [HostArgument(flow.sourceMAC)] }

    /// Returns whether the flow has started.
    func answer(_ output: String) -> Bool { output.hasPrefix("yes") }
}
