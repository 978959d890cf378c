internal import Model

extension SimulatedHost {
    /// - Throws: `segmentTaken` for a VNI that is in use but cannot be listed.
    mutating func make(_ segment: Segment) throws(Refusal) {
        guard segments[segment.name] != nil || !hiddenVNIs.contains(segment.vni) else {
            throw Refusal(.segmentTaken, "VXLAN \(segment.vni) is used there")
        }
        segments[segment.name] = segment
    }

    mutating func undoMake(_ segment: Segment) { remove(segment) }

    mutating func remove(_ segment: Segment) { segments[segment.name] = nil }

    mutating func reshape(_ reshape: ReshapeSegment) { segments[reshape.to.name] = reshape.to }

    mutating func undoReshape(_ reshape: ReshapeSegment) { segments[reshape.from.name] = reshape.from }
}
