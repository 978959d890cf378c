/// The limits on what a team owns and does; `nil` for no limit.
package struct Quota: Sendable, Equatable, Codable {
    package var machines: Int64?
    package var vcpus: Int64?
    package var memoryMiB: Int64?
    /// Sum of the sizes that its machines see.
    package var diskMiB: Int64?
    package var networks: Int64?
    /// Sum of the bandwidths that links reserve, in kbit/s.
    package var bandwidthKbit: Int64?
    /// Unfinished operations on what the team owns; callers that operate the server may begin more.
    package var operations: Int64?
    /// Machines that the team's own callers moved within the last hour.
    package var moves: Int64?

    package init() {}

    /// Checks what a team would own after a change.
    ///
    /// - Throws: `quotaExceeded` with the limit, what is used, and what was asked for.
    package func check(_ before: Usage, _ after: Usage, of team: String) throws(Refusal) {
        let rows: [(String, Int64?, KeyPath<Usage, Int64>, String)] = [
            ("machines", machines, \.machines, ""), ("virtual CPUs", vcpus, \.vcpus, ""),
            ("memory", memoryMiB, \.memoryMiB, " MiB"), ("disk", diskMiB, \.diskMiB, " MiB"),
            ("networks", networks, \.networks, ""),
            ("reserved bandwidth", bandwidthKbit, \.bandwidthKbit, " kbit/s"),
        ]
        for (name, limit, path, unit) in rows {
            // A team above a limit that was lowered may still shrink.
            guard let limit, after[keyPath: path] > limit, after[keyPath: path] > before[keyPath: path] else {
                continue
            }
            throw Self.exceeded(
                team, name, limit: limit, used: before[keyPath: path],
                asked: after[keyPath: path].minus(before[keyPath: path]), unit)
        }
    }

    /// Checks the operations of a team before one more begins.
    ///
    /// - Throws: `quotaExceeded`.
    package func check(operations used: Int, of team: String) throws(Refusal) {
        guard let operations, Int64(clamping: used) >= operations else { return }
        throw Self.exceeded(
            team, "unfinished operations", limit: operations, used: Int64(clamping: used), asked: 1, "")
    }

    /// Checks the moves of a team within the last hour before further ones begin.
    ///
    /// - Throws: `quotaExceeded`.
    package func check(moves used: Int64, asked: Int64, of team: String) throws(Refusal) {
        guard let moves, used.plus(asked) > moves else { return }
        throw Self.exceeded(team, "moves within an hour", limit: moves, used: used, asked: asked, "")
    }

    private static func exceeded(
        _ team: String, _ name: String, limit: Int64, used: Int64, asked: Int64, _ unit: String
    ) -> Refusal {
        Refusal(
            .quotaExceeded, .team,
            "\(.team) is '\(team)': its limit of \(name) is \(limit)\(unit), \(used)\(unit) are used, and \(asked)\(unit) more "
                + "are needed", value: team)
    }
}
