/// Looks at a path that a machine is to have as disk.
struct LookAtDisk: ScriptCall {
    static let script = HostScript("look-at-disk", PackageResources.look_at_disk_sh, to: "tell what a disk is")

    let path: String
    /// Folders of pools.
    let pools: [String]
    /// Folders, files and devices that the operator allows.
    let allowed: [String]
    /// Paths in use, with a plus before those that may be based on other files.
    let used: [String]
    /// Whether the path needs no leave.
    let isTrusted: Bool

    var words: [HostWords] {
        [
            HostWords("asked", [path]), HostWords("pools", pools), HostWords("allowed", allowed),
            HostWords("used", used),
            HostWords("trusted", number: isTrusted ? 1 : 0),
        ]
    }

    func answer(_ output: String) -> DiskAnswer { DiskAnswer(output) }
}
