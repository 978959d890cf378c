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
