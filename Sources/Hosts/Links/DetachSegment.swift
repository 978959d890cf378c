internal import Model

/// Removes everything that a host has of a link, except its libvirt network.
struct DetachSegment: ScriptCall {
    typealias Answer = Void

    static let script = HostScript("detach-segment", PackageResources.detach_segment_sh, to: "remove a link")

    let arguments: [HostArgument]
    let purpose: String?

    /// - Parameter wasThere: whether libvirt had the link's network.
    /// - Throws: `invalidValue` for a name that a shell could interpret.
    init(_ segment: Segment, wasThere: Bool) throws(Refusal) {
        arguments = [
            try HostArgument(device: segment.name), try HostArgument(segment.network), HostArgument(wasThere ? 1 : 0),
        ]
        purpose = "remove \(segment.words)"
    }
}
