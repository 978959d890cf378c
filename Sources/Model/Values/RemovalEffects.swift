/// Parts of a machine on its host, other than its definition and its own disks, and what its removal does with
/// them.
package struct RemovalEffects: Sendable, Equatable {
    /// Paths of disks that VMS did not make: they are kept.
    package var stays: [String] = []
    /// Parts that are removed with it, in words.
    package var lost: [String] = []

    package init() {}

    /// - Parameter observed: `nil` if its host does not have it, or was not asked.
    package init(of machine: Machine, _ observed: ObservedMachine?) {
        guard let observed else { return }
        stays = machine.unmanagedDisks(among: observed.disks).compactMap(\.source)
        // Backing files as well, except copies of images, which machines share.
        stays += observed.disks.flatMap(\.backing).filter {
            machine.isUnmanaged($0) && !$0.contains("/\(ObservedCopy.prefix)")
        }
        if observed.isSaved { lost.append("saved memory") }
        if !observed.snapshots.isEmpty { lost.append("snapshots \(Self.list(observed.snapshots))") }
        if !observed.checkpoints.isEmpty { lost.append("checkpoints \(Self.list(observed.checkpoints))") }
    }

    package var isEmpty: Bool { stays.isEmpty && lost.isEmpty }

    /// Both lists, each after a semicolon.
    var words: String {
        (stays.isEmpty ? "" : "; \(Self.list(stays)) stays on the host")
            + (lost.isEmpty ? "" : "; with its \(Self.list(lost))")
    }

    static func list(_ names: [String]) -> String {
        names.prefix(8).map(\.shown).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}

extension Machine {
    /// The machine's disks that VMS did not make for it.
    package func unmanagedDisks(among disks: [ObservedMachine.Disk]) -> [ObservedMachine.Disk] {
        disks.filter { $0.source.map(isUnmanaged) ?? false }
    }

    func isUnmanaged(_ path: String) -> Bool {
        adopted || !volumes.contains { $0.name == path.split(separator: "/").last.map(String.init) }
    }
}
