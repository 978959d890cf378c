internal import GRDB
package import Model
internal import Synchronization

extension SQLStore {
    package func begin(_ operation: Operation, _ entries: [JournalEntry]) async throws(Refusal) {
        let time = now()
        try await write(operation.plan.atBegin, Durability(of: entries)) { database in
            let rows = OperationRows(database: database)
            let size = try rows.insert(operation)
            // In the transaction that begins it: no host goes away under an operation, whichever came first.
            let (fleet, names) = (self.records.withLock { $0 }, operation.plan.nodeNames)
            for node in fleet.nodes where names.contains(node.name) {
                if let absence = node.absence { throw absence }
                guard operation.plan.switchesOff, let other = try rows.unfinished(on: node.name, beside: operation.id)
                else { continue }
                throw HostShutdown.refusal(of: node.name, usedBy: other)
            }
            for entry in entries { try rows.append(entry, to: operation.id, at: time) }
            guard self.isTimeToTrim(size) else { return }
            try rows.trim(keeping: self.keptOperations)
        }
    }

    /// Not with each operation: it looks at all of them.
    private func isTimeToTrim(_ size: Int) -> Bool {
        begun.withLock { begun in
            begun.operations += 1
            begun.bytes += size
            guard begun.operations >= max(keptOperations / 20, 1) || begun.bytes >= OperationRows.mostBytes / 8 else {
                return false
            }
            begun = Begun()
            return true
        }
    }

    package func record(
        _ entries: [JournalEntry], of operation: Operation, _ changes: [RecordChange]
    ) async throws(Refusal) {
        let time = now()
        try await write(changes, Durability(of: entries)) { database in
            let rows = OperationRows(database: database)
            try rows.update(operation)
            for entry in entries { try rows.append(entry, to: operation.id, at: time) }
        }
    }

    package func operation(_ id: OperationID) async throws(Refusal) -> Operation? {
        try await read { try OperationRows(database: $0).operation(id) }
    }

    package func operations(in state: Operation.State?, limit: Int) async throws(Refusal) -> [Operation] {
        try await read { try OperationRows(database: $0).newest(in: state, limit: limit) }
    }

    package func unfinished() async throws(Refusal) -> [Operation] {
        try await read { try OperationRows(database: $0).interrupted() }
    }

    /// The journal of an operation, oldest entry first.
    package func journal(of id: OperationID) async throws(Refusal) -> [JournalEntry] {
        try await read { try OperationRows(database: $0).journal(of: id) }
    }
}
