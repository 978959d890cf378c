/// What becomes of what a host has of a machine beside its definition and its own disks, when the machine is removed.
package struct Remains: Sendable, Equatable {
    /// Paths of disks that VMS did not make: they stay.
    package var stays: [String] = []
    /// What goes with it, in words.
    package var lost: [String] = []

    package init() {}

    /// - Parameter observed: `nil` where its host does not have it, or was not asked.
    package init(of machine: Machine, _ observed: ObservedMachine?) {
        guard let observed else { return }
        stays = machine.strangeDisks(among: observed.disks).compactMap(\.source)
        // Below it as well; copies of images are everybody's.
        stays += observed.disks.flatMap(\.backing).filter {
            machine.isStrange($0) && !$0.contains("/\(ObservedCopy.prefix)")
        }
        if observed.isSaved { lost.append("saved memory") }
        if !observed.snapshots.isEmpty { lost.append("snapshots \(Self.list(observed.snapshots))") }
        if !observed.checkpoints.isEmpty { lost.append("checkpoints \(Self.list(observed.checkpoints))") }
    }

    package var isEmpty: Bool { stays.isEmpty && lost.isEmpty }

    /// Both, behind a semicolon each.
    var words: String {
        (stays.isEmpty ? "" : "; \(Self.list(stays)) stays on the host")
            + (lost.isEmpty ? "" : "; with its \(Self.list(lost))")
    }

    static func list(_ names: [String]) -> String {
        names.prefix(8).map(\.shown).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}

extension Machine {
    /// Of a machine's disks those that VMS did not make for it.
    package func strangeDisks(among disks: [ObservedMachine.Disk]) -> [ObservedMachine.Disk] {
        disks.filter { $0.source.map(isStrange) ?? false }
    }

    func isStrange(_ path: String) -> Bool {
        adopted || !volumes.contains { $0.name == path.split(separator: "/").last.map(String.init) }
    }
}
