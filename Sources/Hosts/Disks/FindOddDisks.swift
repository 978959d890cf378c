/// Finds the paths that exist and are neither a file nor a block device, without opening any.
struct FindOddDisks: ScriptCall {
    static let script = HostScript(
        "find-odd-disks", PackageResources.find_odd_disks_sh, to: "inspect a machine's disks")

    let paths: [String]

    var variables: [ScriptVariable] { [ScriptVariable("used", paths)] }

    func answer(_ output: String) -> [String] { NumberedLines.read(output, "odd", of: paths).map(\.element) }
}
