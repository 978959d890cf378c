/// The operations that a caller may see: those on objects of its teams, and on networks that are shared with it.
package struct OperationScope: Sendable, Equatable {
    package var teams: [TeamID]
    package var networks: [NetworkID]

    /// `nil` if the caller sees all operations.
    package init?(_ rights: Rights, in fleet: Fleet) {
        guard !rights.seesAll else { return nil }
        teams = rights.teams
        networks = rights.namedNetworks.sorted { $0.text < $1.text }
            .filter { fleet.network(id: $0).map { rights.role(on: $0.access) != nil } ?? false }
    }
}
