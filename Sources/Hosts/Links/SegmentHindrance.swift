internal import Libvirt
internal import Model

/// Why a host cannot make a link's part, as the script `prepare-segment` or libvirt tells it.
enum SegmentHindrance: Equatable {
    /// libvirt has another network of that name, or one that has that bridge.
    case network
    /// It has a device of that name, which is not ours.
    case device(String)
    /// It has another VXLAN of that number; the device's name, where it can be seen.
    case vni(String?)

    /// `nil` where there is none.
    static func told(_ output: String) -> SegmentHindrance? {
        output.split(whereSeparator: \.isNewline).lazy.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("taken", 2): return .device(words[1].shown)
            case ("used", 3): return .vni(words[2] == "-" ? nil : words[2].shown)
            default: return nil
            }
        }.first
    }

    /// libvirt (9.0) has no code of its own for either: `bridge name '…' already in use.` is an internal error, `network '…'
    /// already exists with uuid …` a failed operation. `nil` for what is another error.
    static func told(_ error: LibvirtError) -> SegmentHindrance? {
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
