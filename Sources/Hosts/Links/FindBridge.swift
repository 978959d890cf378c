internal import Model

/// Checks whether a link's bridge exists.
struct FindBridge: ScriptCall {
    static let script = HostScript(
        "find-bridge", PackageResources.find_bridge_sh, to: "report whether a bridge exists")

    let arguments: [HostArgument]
    let purpose: String?

    /// - Throws: `invalidValue` for a name that a shell could interpret.
    init(of segment: Segment) throws(Refusal) {
        arguments = [try HostArgument(device: segment.name)]
        purpose = "report whether the bridge of \(segment.words) exists"
    }

    func answer(_ output: String) -> Bool { output.contains("yes") }
}
