internal import GRDB
package import Model
internal import Synchronization

extension SQLStore {
    package func begin(
        _ operation: Operation, _ entries: [JournalEntry], isLimited: Bool
    ) async throws(Refusal) {
        let (time, begun) = (now(), UnfinishedOperation(operation))
        let follow = { @Sendable (unfinished: inout [UnfinishedOperation]) in
            if !begun.state.isOver { unfinished.append(begun) }
        }
        try await write(operation.plan.atBegin, Durability(of: entries), follow: follow) { database in
            let rows = OperationRows(database: database)
            let records = self.records.withLock { $0 }
            let access = records.fleet.access(of: operation.plan)
            try records.checkQuotas(of: operation)
            if isLimited {
                try records.checkUnfinished(of: access)
                try MoveRows(database: database, time: time).add(records.moves(by: operation.plan), records.access)
            }
            let size = try rows.insert(operation, access)
            // Within the transaction that begins the operation: no host is removed or shut down under an operation,
            // whichever comes first.
            for host in records.fleet.hosts where begun.hostNames.contains(host.name) {
                if let absence = host.absence { throw absence }
                guard begun.shutsHostDown,
                    let other = records.unfinished.first(where: { $0.hostNames.contains(host.name) })
                else { continue }
                throw HostShutdown.refusal(of: host.name, usedBy: other)
            }
            for need in operation.plan.memory {
                try need.check(records.fleet, arriving: try rows.arriving(on: need.host, excluding: operation.id))
            }
            for entry in entries { try rows.append(entry, to: operation.id, at: time) }
            guard self.isTimeToTrim(size) else { return }
            try rows.trim(keeping: self.keptOperations)
        }
    }

    /// Whether finished operations are deleted now. Not with each operation, because the deletion reads all of them.
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
        let follow = { @Sendable (unfinished: inout [UnfinishedOperation]) in
            guard let index = unfinished.firstIndex(where: { $0.id == operation.id }) else { return }
            if operation.state.isOver {
                unfinished.remove(at: index)
            } else if unfinished[index].state != operation.state {
                unfinished[index].follow(operation)
            }
        }
        try await write(changes, Durability(of: entries), follow: follow) { database in
            let rows = OperationRows(database: database)
            try rows.update(operation, with: entries)
            for entry in entries { try rows.append(entry, to: operation.id, at: time) }
        }
    }

    package func moves(of team: TeamID) async throws(Refusal) -> Int64 {
        let time = now()
        return try await read { try MoveRows(database: $0, time: time).count(of: team) }
    }

    package func operation(_ id: OperationID) async throws(Refusal) -> Operation? {
        try await read { try OperationRows(database: $0).operation(id) }
    }

    package func summary(of id: OperationID) async throws(Refusal) -> OperationSummary? {
        try await read { try SummaryRows(database: $0).summary(of: id) }
    }

    package func summaries(
        _ query: ListQuery, of visible: OperationScope?
    ) async throws(Refusal) -> ListPage<OperationSummary> {
        try await read { try SummaryRows(database: $0).page(query, of: visible) }
    }

    package func unfinished() async throws(Refusal) -> [UnfinishedOperation] { records.withLock { $0.unfinished } }

    package func interrupted() async throws(Refusal) -> [Result<Operation, Refusal>] {
        let path = path
        return try await read { database in
            try OperationRows(database: database).interrupted().map { result in
                result.mapError { Self.refusal($0, path) }
            }
        }
    }

    /// The newest operations, newest first.
    package func summaries(in state: Operation.State?, limit: Int) async throws(Refusal) -> [OperationSummary] {
        var query = ListQuery()
        query.limit = limit
        query.terms = state.map { [.init(key: "state", value: $0.rawValue)] } ?? []
        return try await summaries(query, of: nil).rows
    }

    /// The newest operations with their plans, newest first.
    package func operations(in state: Operation.State?, limit: Int) async throws(Refusal) -> [Operation] {
        let ids = try await summaries(in: state, limit: limit).map(\.id)
        return try await read { database in try ids.compactMap { try OperationRows(database: database).operation($0) } }
    }

    /// The journal of an operation, oldest entry first.
    package func journal(of id: OperationID) async throws(Refusal) -> [JournalEntry] {
        try await read { try OperationRows(database: $0).journal(of: id) }
    }
}

extension SQLStore.Records {
    /// Checks the quota of unfinished operations of the team of an operation's object.
    ///
    /// - Throws: `quotaExceeded`.
    fileprivate func checkUnfinished(of object: Rights.Object) throws(Refusal) {
        guard let team = object.team.flatMap({ access.team($0) }) else { return }
        let used = unfinished.count { fleet.access(of: $0.subject).team == team.id }
        try team.quota.check(operations: used, of: team.name)
    }

    /// The number of machines of each team that a plan moves.
    fileprivate func moves(by plan: Plan) -> [TeamID: Int64] {
        var moves: [TeamID: Int64] = [:]
        for case .moveMachine(let move) in plan.steps {
            guard let machine = fleet.machine(move.machine.id) else { continue }
            moves[machine.team, default: 0] += 1
        }
        return moves
    }

    /// Checks the quotas of the teams whose objects an operation adds to.
    ///
    /// - Throws: `quotaExceeded`.
    fileprivate func checkQuotas(of operation: Operation) throws(Refusal) {
        var after = fleet
        for change in operation.plan.atBegin { after.apply(change) }
        let teams = Set(operation.plan.atBegin.compactMap(\.owner))
        for id in teams {
            guard let team = access.team(id) else {
                if id == .standard { continue }
                throw Refusal(.teamNotFound, .team, "the team that would own it was removed meanwhile")
            }
            try team.quota.check(fleet.usage(of: team.id), after.usage(of: team.id), of: team.name)
        }
    }
}

extension RecordChange {
    /// The team that owns what the change inserts.
    fileprivate var owner: TeamID? {
        switch self {
        case .insertMachine(let machine), .replaceMachine(let machine): machine.team
        case .insertNetwork(let network), .replaceNetwork(let network, _), .setConditions(let network, _, _):
            network.team
        default: nil
        }
    }
}
