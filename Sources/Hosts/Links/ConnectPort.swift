internal import Model

/// Connects a machine's device to a link's bridge.
struct ConnectPort: ScriptCall {
    typealias Answer = Void

    static let script = HostScript(
        "connect-port", PackageResources.connect_port_sh, to: "connect a machine with a bridge")

    let arguments: [HostArgument]
    let purpose: String?

    /// - Throws: `invalidValue` for a device that a shell could interpret.
    init(_ device: String, with segment: Segment) throws(Refusal) {
        arguments = [try HostArgument(device: segment.name), try HostArgument(device: device)]
        purpose = "connect a machine with \(segment.words)"
    }
}
