internal import VMSAPI

/// The differences between a network's desired and observed state, a line each: `+` to be added, `~` to be changed, `-`
/// to be removed, `!` to be repaired.
struct NetworkChangesText {
    var changes: [NetworkChange]

    var text: String { changes.map { "\(Self.sign($0.kind)) \(Self.words($0))\n" }.joined() }

    private static func words(_ change: NetworkChange) -> String {
        "\(change.part.rawValue) \(change.name.visible): \(change.difference.visible)"
    }

    private static func sign(_ kind: ChangeKind) -> String {
        switch kind {
        case .add: "+"
        case .change: "~"
        case .remove: "-"
        case .repair: "!"
        }
    }
}
