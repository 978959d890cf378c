internal import Model

/// Tests which VXLANs a host's kernel refuses to create.
struct TryVNIs: ScriptCall {
    static let script = HostScript(
        "try-vnis", PackageResources.try_vnis_sh, to: "report which VXLANs can be created")

    let arguments: [HostArgument]

    init(of segments: [Segment]) {
        arguments = segments.flatMap { [HostArgument($0.vni), HostArgument($0.local)] }
    }

    /// Returns the refused VNIs.
    func answer(_ output: String) -> [Int] {
        output.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 && words[0] == "used" ? Int(told: words[1], in: Foreign.vni) : nil
        }
    }
}
