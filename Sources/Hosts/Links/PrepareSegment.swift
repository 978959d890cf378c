internal import Model

/// Prepares a host for a link's part, before libvirt makes its bridge.
struct PrepareSegment: ScriptCall {
    static let script = HostScript("prepare-segment", PackageResources.prepare_segment_sh, to: "prepare a link")

    let arguments: [HostArgument]
    let purpose: String?

    /// - Throws: `invalidValue` for a name that a shell could take for more.
    init(_ segment: Segment) throws(Refusal) {
        arguments = [
            try HostArgument(device: segment.name), try HostArgument(segment.network), HostArgument(segment.vni),
            HostArgument(segment.local), HostArgument(segment.peers),
        ]
        purpose = "connect \(segment.words)"
    }

    /// What stands in the way.
    func answer(_ output: String) -> SegmentHindrance? { SegmentHindrance.told(output) }
}

extension Segment {
    /// For people: the link, its network and its number.
    var words: String { "link '\(link)' of network '\(networkName)' (VXLAN \(vni))" }
}
