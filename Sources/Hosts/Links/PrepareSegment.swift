internal import Model

/// Prepares a host for a segment, before libvirt creates its bridge.
struct PrepareSegment: ScriptCall {
    static let script = HostScript("prepare-segment", PackageResources.prepare_segment_sh, to: "prepare a link")

    let arguments: [HostArgument]
    let purpose: String?

    /// - Throws: `invalidValue` for a name that a shell could interpret.
    init(_ segment: Segment) throws(Refusal) {
        arguments = [
            try HostArgument(device: segment.name), try HostArgument(segment.network), HostArgument(segment.vni),
            HostArgument(segment.local), HostArgument(segment.peers),
        ]
        purpose = "connect \(segment.words)"
    }

    /// Returns the conflict on the host, if any.
    func answer(_ output: String) -> SegmentConflict? { SegmentConflict.reported(output) }
}

extension Segment {
    /// The description in messages: the link, its network and its VNI.
    var words: String { "link '\(link)' of network '\(networkName)' (VXLAN \(vni))" }
}
