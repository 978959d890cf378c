/// Inspects a path that will become a machine's disk.
struct LookAtDisk: ScriptCall {
    static let script = HostScript("look-at-disk", PackageResources.look_at_disk_sh, to: "inspect a disk")

    let path: String
    /// The folders of pools.
    let pools: [String]
    /// The folders, files and devices that the operator allows.
    let allowed: [String]
    /// The paths in use, with a plus in front of those that may have backing files.
    let used: [String]
    /// Whether the path may be inspected without permission from `pools` or `allowed`.
    let isTrusted: Bool

    var variables: [ScriptVariable] {
        [
            ScriptVariable("asked", [path]), ScriptVariable("pools", pools), ScriptVariable("allowed", allowed),
            ScriptVariable("used", used),
            ScriptVariable("trusted", number: isTrusted ? 1 : 0),
        ]
    }

    func answer(_ output: String) -> DiskAnswer { DiskAnswer(output) }
}
