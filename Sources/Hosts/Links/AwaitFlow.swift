internal import Model

/// Waits until a flow is under way, for 10 s at most.
struct AwaitFlow: ScriptCall {
    static let script = HostScript("await-flow", PackageResources.await_flow_sh, to: "tell whether packets are sent")

    let arguments: [HostArgument]

    init(_ flow: MoveFlow) { arguments = [HostArgument(flow.sourceMAC)] }

    /// Whether it is.
    func answer(_ output: String) -> Bool { output.hasPrefix("yes") }
}
