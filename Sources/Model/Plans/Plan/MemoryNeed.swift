/// The memory of a host on which a plan counts, and the host's machines that the planner knew.
///
/// Other operations may begin between the survey of a host and the begin of this one. So the transaction of the
/// begin compares the machines that are recorded by then with the known ones.
package struct MemoryNeed: Sendable, Equatable, Codable {
    package var host: String
    /// In MiB, like the other figures.
    package var needed: Int64
    /// Memory that the host could give at the time of the survey, less the memory promised to its machines.
    package var room: Int64
    /// Memory of the host's machines that are accounted for in `room`.
    package var known: [MachineID: Int64]
    /// Whether it belongs to machines that are moved, whose records name this host only after their arrival.
    package var moves: Bool

    package init(host: String, needed: Int64, of survey: HostSurvey, in fleet: Fleet, moves: Bool = false) {
        self.host = host
        self.needed = needed
        room = survey.roomMiB
        known = fleet.memory(on: host)
        self.moves = moves
    }

    /// - Parameter arriving: memory of the machines that unfinished operations are moving to the host, in MiB.
    /// - Throws: `notEnoughMemory` if other operations took the memory meanwhile.
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
