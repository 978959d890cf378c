internal import Model

/// Asks a host for what libvirt does not tell.
struct DescribeHost: ScriptCall {
    static let script = HostScript(
        "describe-host", PackageResources.describe_host_sh, knowing: [.programs], to: "tell what it has")

    /// Whether the kernel is to be seen holding back frames.
    var triesShapers = false
    /// Folders of pools, of which ``HostDescription/rooms`` tells by their numbers.
    var folders: [String] = []

    var arguments: [HostArgument] { [HostArgument(triesShapers ? 1 : 0)] }
    var words: [HostWords] { [HostWords("pools", folders)] }

    func answer(_ output: String) -> HostDescription { HostDescription(output) }
}

extension Shell {
    /// What the script `describe-host` tells, from a host to which libvirt's own connection is to be opened.
    ///
    /// - Throws: as ``run(_:_:_:seconds:)``, and `hostUnreachable` where the login shell prints anything of its own.
    func description(seconds: Int) async throws(Refusal) -> HostDescription {
        let call = DescribeHost()
        let answer = try await heard(DescribeHost.script, call.arguments, call.words, seconds: seconds)
        if case .ssh(let target) = self, !answer.noise.isEmpty { throw target.refusal(hearing: answer.noise) }
        return call.answer(answer.output ?? "")
    }
}
