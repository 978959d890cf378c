internal import Model

/// Reads the properties of a host that libvirt does not report.
struct DescribeHost: ScriptCall {
    static let script = HostScript(
        "describe-host", PackageResources.describe_host_sh, knowing: [.programs], to: "describe itself")

    /// Whether to test which shaping the kernel supports.
    var triesShapers = false
    /// The folders of pools; ``HostDescription/folderSpace`` refers to them by their numbers.
    var folders: [String] = []

    var arguments: [HostArgument] { [HostArgument(triesShapers ? 1 : 0)] }
    var variables: [ScriptVariable] { [ScriptVariable("pools", folders)] }

    func answer(_ output: String) -> HostDescription { HostDescription(output) }
}

extension Shell {
    /// Runs the script `describe-host` on a host before libvirt's own connection to it is opened.
    ///
    /// - Throws: as ``run(_:_:_:seconds:)``, and `hostUnreachable` if the login shell prints anything of its own.
    func description(seconds: Int) async throws(Refusal) -> HostDescription {
        let call = DescribeHost()
        let answer = try await answerWithNoise(DescribeHost.script, call.arguments, call.variables, seconds: seconds)
        if case .ssh(let target) = self, !answer.noise.isEmpty { throw target.refusal(noise: answer.noise) }
        return call.answer(answer.output ?? "")
    }
}
