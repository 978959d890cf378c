package import Model

extension SQLStore {
    package func note(_ events: [HostEvent]) async throws(Refusal) {
        try await write([], .processEnd) { database in
            let rows = EventRows(database: database)
            for event in events { try rows.append(event) }
            try rows.trim()
        }
    }

    package func events(
        after number: Int64, host: String?, limit: Int, newest: Bool
    ) async throws(Refusal) -> [HostEvent] {
        try await read {
            try EventRows(database: $0).events(after: number, host: host, limit: limit, newest: newest)
        }
    }

    package func eventNumbers() async throws(Refusal) -> ClosedRange<Int64>? {
        try await read { try EventRows(database: $0).numbers() }
    }
}
