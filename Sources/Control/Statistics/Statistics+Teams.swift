package import FoundationEssentials
internal import Logging
package import Model

/// What the machines of each team use together, kept over time also after machines are gone.
extension Statistics {
    /// What the machines of a team used.
    package struct TeamUse: Sendable {
        package var team: Team
        /// The time in seconds for which there are means.
        package var seconds: Int64
        /// Sums over that time: seconds of one CPU, byte-seconds of memory, bytes.
        package var sums: SeriesValues
        package var part: SeriesBook.Part
    }

    /// Adds what the machines of each team used since the last time.
    ///
    /// - Parameter seconds: the time since then.
    func sampleTeams(seconds: Double) async {
        do throws(Refusal) {
            let (teams, growth) = (try await with.store.access().teams, with.statistics.takeGrowth())
            var sums: [SeriesObject: SeriesValues] = [:]
            for team in teams {
                var sum = growth[team.id] ?? SeriesValues()
                sum[.covered] = min(seconds, oldest)
                sums[.team(team.id)] = sum
            }
            with.series.add(sums, at: with.now(), seconds: 1)
        } catch {
            with.log.debug("the use of teams was not noted: \(error.reason)")
        }
    }

    /// The use of the teams that the caller sees, by name.
    ///
    /// - Parameters:
    ///   - name: only this team.
    ///   - least: the least step, in seconds.
    /// - Throws: `teamNotFound`; `notOffered` without an archive; `storeFailed`.
    package func use(ofTeam name: String?, from: Date, least: Int64) async throws(Refusal) -> [TeamUse] {
        let teams = try await with.store.access().teams.filter { team in
            (name.map { $0 == team.name } ?? true) && with.rights.role(on: Rights.Object(team: team.id)) != nil
        }
        if let name, teams.isEmpty {
            throw Refusal(
                .teamNotFound, .team, "\(.team) is '\(name.shown)': there is no such team", value: name.shown)
        }
        var uses: [TeamUse] = []
        for team in teams.sorted(by: { $0.name < $1.name }) {
            let part = try await series(of: .team(team.id), from: from, least: least)
            uses.append(TeamUse(team, part))
        }
        return uses
    }
}

extension Statistics.TeamUse {
    fileprivate init(_ team: Team, _ part: SeriesBook.Part) {
        var sums = SeriesValues()
        for name in SeriesValue.allCases {
            let means = part.points.compactMap { $0.values[name] }
            if !means.isEmpty { sums[name] = means.reduce(0) { $0 + $1 * Double(part.step.seconds) } }
        }
        self.init(
            team: team, seconds: Int64(nearest: (sums[.covered] ?? 0).rounded()) ?? 0, sums: sums, part: part)
    }
}
