/// What a plan counts on of a host's memory, and what it knew of the host's machines when it did.
///
/// Between the look at a host and the begin of an operation others may begin, too. So in the transaction that begins it the
/// machines that are recorded by then are held against those that were known.
package struct MemoryNeed: Sendable, Equatable, Codable {
    package var host: String
    /// In MiB; so are the others.
    package var needed: Int64
    /// What the host could give when it was asked, less what its machines were promised.
    package var room: Int64
    /// Memory of the host's machines that are accounted for in `room`.
    package var known: [MachineID: Int64]
    /// Whether it comes with machines that are moved, whose records tell of it only when they are there.
    package var moves: Bool

    package init(host: String, needed: Int64, of survey: HostSurvey, in fleet: Fleet, moves: Bool = false) {
        self.host = host
        self.needed = needed
        room = survey.roomMiB
        known = fleet.memory(on: host)
        self.moves = moves
    }

    /// - Parameter arriving: what unfinished operations are moving there, in MiB.
    /// - Throws: `notEnoughMemory` when others took meanwhile what was counted on.
    package func check(_ fleet: Fleet, arriving: Int64) throws(Refusal) {
        let taken = fleet.memory(on: host).reduce(arriving) { sum, entry in
            sum.plus(max(0, entry.value.minus(known[entry.key] ?? 0)))
        }
        let left = room.minus(taken)
        guard taken > 0, needed > left else { return }
        throw Refusal(
            .notEnoughMemory, .memory,
            "\(.memory): host '\(host)' had \(room) MiB free for the \(needed) MiB that are needed, of which "
                + "other operations took \(taken) MiB meanwhile", value: "\(needed)", host: host)
    }
}

extension Fleet {
    /// What the machines that are recorded on a host were promised, in MiB.
    fileprivate func memory(on host: String) -> [MachineID: Int64] {
        Dictionary(
            machines(on: host).map { ($0.id, $0.memoryMiB) }, uniquingKeysWith: { first, _ in first })
    }
}
