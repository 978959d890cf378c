/// Asks whether a host's `sshd` compresses when it is asked to.
struct TellCompression: ScriptCall {
    static let script = HostScript(
        "tell-compression", PackageResources.tell_compression_sh, to: "tell how it compresses")

    /// `false` only where it says so.
    func answer(_ output: String) -> Bool { !output.hasPrefix("no") }
}
