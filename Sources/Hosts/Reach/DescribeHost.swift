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
