internal import Model

/// Connects a link's bridge with its VXLAN port, and shapes its routers' ports.
struct AttachSegment: ScriptCall {
    typealias Answer = Void

    static let script = HostScript("attach-segment", PackageResources.attach_segment_sh, to: "connect a link")

    let arguments: [HostArgument]
    let purpose: String?

    /// - Throws: `invalidValue` for a name that a shell could interpret.
    init(_ segment: Segment) throws(Refusal) {
        arguments =
            [
                try HostArgument(device: segment.name), HostArgument(segment.vni), HostArgument(segment.mtu),
                HostArgument(segment.local), HostArgument(segment.peers), try HostArgument(segment.network),
            ] + SegmentShape(segment.shape).arguments + [HostArgument(segment.isDown ? 1 : 0)]
        purpose = "connect \(segment.words)"
    }
}
