internal import Model

/// Ends a flow once the target answers again.
struct EndFlow: ScriptCall {
    typealias Answer = Void

    static let script = HostScript("end-flow", PackageResources.end_flow_sh, to: "end sending packets")

    let arguments: [HostArgument]

    init(_ flow: MoveFlow) { arguments = [HostArgument(flow.sourceMAC)] }
}
