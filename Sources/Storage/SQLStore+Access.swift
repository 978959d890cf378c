internal import GRDB
package import Model
internal import Synchronization

extension SQLStore {
    package func access() async throws(Refusal) -> AccessRecords { records.withLock { $0.access } }

    package func apply(
        _ changes: [AccessChange],
        check: @escaping @Sendable (AccessRecords, Fleet) throws(Refusal) -> Void
    ) async throws(Refusal) {
        try await write([], access: changes, .powerLoss) { [self] database in
            let before = records.withLock { $0 }
            try check(before.access, before.fleet)
            for change in changes { try AccessRows(database: database).write(change) }
        }
    }
}

extension SQLStore.Records {
    /// The removal of the shares of networks that are removed.
    func endedShares(by changes: [RecordChange]) -> [AccessChange] {
        changes.compactMap { change in
            guard case .removeNetwork(let name) = change, let network = fleet.network(named: name),
                !access.shares(of: network.id).isEmpty
            else { return nil }
            return .removeShares(network.id)
        }
    }
}
