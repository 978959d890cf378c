internal import Model

/// Listens on a bridge for a frame that a machine sends on its own.
struct ListenForFrame: ScriptCall {
    enum Answer: Equatable {
        case heard
        /// The host lacks tcpdump.
        case missing
        /// No frame came, with the complete output.
        case silent(String)
    }

    static let script = HostScript("listen-for-frame", PackageResources.listen_for_frame_sh, to: "listen for frames")

    let arguments: [HostArgument]

    /// - Throws: `invalidValue` for a device or a filter that a shell could interpret.
    init(_ probe: StackProbe) throws(Refusal) {
        arguments = [
            try HostArgument(device: probe.bridge), HostArgument(probe.mac),
            try HostArgument(frames: probe.probe.frames), HostArgument(probe.seconds),
        ]
    }

    func answer(_ output: String) -> Answer {
        if output.hasPrefix("heard") { return .heard }
        return output.hasPrefix("missing") ? .missing : .silent(output)
    }
}
