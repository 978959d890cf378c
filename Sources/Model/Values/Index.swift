internal import HashTreeCollections

/// A multimap from keys to values. Copying it costs nothing, and a change costs the logarithm of its size.
struct Index<Key: Hashable & Sendable, Value: Hashable & Sendable>: Sendable, Equatable {
    private var values = TreeDictionary<Key, TreeSet<Value>>()

    subscript(key: Key) -> TreeSet<Value> { values[key] ?? [] }

    mutating func insert(_ value: Value, under key: Key?) {
        guard let key else { return }
        var set = values[key] ?? []
        set.insert(value)
        values[key] = set
    }

    mutating func remove(_ value: Value, under key: Key?) {
        guard let key, var set = values[key] else { return }
        set.remove(value)
        values[key] = set.isEmpty ? nil : set
    }
}

/// Counts the occurrences of keys.
struct Tally<Key: Hashable & Sendable>: Sendable, Equatable {
    private var counts = TreeDictionary<Key, Int>()

    func contains(_ key: Key) -> Bool { counts[key] != nil }

    mutating func add(_ keys: some Sequence<Key>) {
        for key in keys { counts[key] = (counts[key] ?? 0) + 1 }
    }

    mutating func remove(_ keys: some Sequence<Key>) {
        for key in keys {
            guard let count = counts[key] else { continue }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }
}
