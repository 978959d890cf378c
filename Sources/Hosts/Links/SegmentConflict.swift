internal import Libvirt
internal import Model

/// The reason why a host cannot create a segment, as the script `prepare-segment` or libvirt reports it.
enum SegmentConflict: Equatable {
    /// libvirt has another network with that name, or with that bridge.
    case network
    /// The host has a device with that name, which is not ours.
    case device(String)
    /// The host has another VXLAN with that VNI; the device's name if VMS can see it.
    case vni(String?)

    /// Parses the output of the script; `nil` if there is no conflict.
    static func reported(_ output: String) -> SegmentConflict? {
        output.split(whereSeparator: \.isNewline).lazy.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("taken", 2): return .device(words[1].shown)
            case ("used", 3): return .vni(words[2] == "-" ? nil : words[2].shown)
            default: return nil
            }
        }.first
    }

    /// Recognizes a conflict in an error of libvirt; `nil` for other errors. libvirt (9.0) has no specific code for
    /// either: `bridge name '…' already in use.` is an internal error, `network '…' already exists with uuid …` a
    /// failed operation.
    static func reported(_ error: LibvirtError) -> SegmentConflict? {
        ["already in use", "already exists"].contains { error.message.contains($0) } ? .network : nil
    }

    func refusal(of segment: Segment) -> Refusal {
        let found =
            switch self {
            case .network:
                "its libvirt has another network of the name '\(segment.name)', or with that bridge; remove it, or let the link "
                    + "be made anew, with another number"
            case .device(let name):
                "it has a device '\(name)' that is not ours; remove it, or let the link be made anew, with another number"
            case .vni(let device):
                "VXLAN \(segment.vni) is used there by "
                    + (device.map { "device '\($0)'" } ?? "a device in another network namespace")
                    + "; end that, or let the link be made anew, with another number"
            }
        return Refusal(
            .segmentTaken, .link,
            "link '\(segment.link)' of network '\(segment.networkName)' (VXLAN \(segment.vni)): \(found)",
            value: segment.link)
    }
}
