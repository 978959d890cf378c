/// Checks whether a host's `sshd` compresses on request.
struct TellCompression: ScriptCall {
    static let script = HostScript(
        "tell-compression", PackageResources.tell_compression_sh, to: "report whether its sshd compresses")

    /// Returns `false` only if the host says so.
    func answer(_ output: String) -> Bool { !output.hasPrefix("no") }
}
