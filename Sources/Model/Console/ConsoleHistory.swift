/// What a console showed: the newest bytes, and what happened between them.
package struct ConsoleHistory: Sendable {
    /// Number of bytes that are kept.
    package static let mostBytes = 256 << 10
    /// Number of notes that are kept.
    package static let mostNotes = 256

    /// The bytes that are kept, the oldest at ``oldest``.
    private var ring: [UInt8] = []
    private var oldest = 0
    /// Notes with the number of bytes before each.
    private var notes: [(offset: Int64, note: ConsoleNote)] = []
    /// The number of notes before those that are kept.
    private var droppedNotes: Int64 = 0
    /// Number of all bytes, kept or not.
    package private(set) var end: Int64 = 0

    package init() {}

    /// Number of bytes before the oldest one that is kept.
    package var start: Int64 { end.minus(Int64(clamping: ring.count)) }

    package mutating func append(_ bytes: [UInt8]) {
        end = end.plus(Int64(clamping: bytes.count))
        var rest = bytes.suffix(Self.mostBytes)
        let room = Self.mostBytes - ring.count
        ring += rest.prefix(room)
        rest = rest.dropFirst(room)
        while !rest.isEmpty {
            let count = min(rest.count, Self.mostBytes - oldest)
            ring.replaceSubrange(oldest..<oldest + count, with: rest.prefix(count))  // fits: the ring is full
            oldest = (oldest + count) % Self.mostBytes
            rest = rest.dropFirst(count)
        }
    }

    package mutating func append(_ note: ConsoleNote) {
        notes.append((end, note))
        guard notes.count > Self.mostNotes else { return }
        notes.removeFirst()  // fits: there are more than none
        droppedNotes += 1
    }

    /// The position of a reader that begins at a place.
    ///
    /// - Parameter session: the present session's id.
    package func position(_ place: ConsolePlace, in session: String) -> ConsolePosition {
        let last = droppedNotes.plus(Int64(clamping: notes.count))
        switch place {
        case .start: return ConsolePosition(offset: start, note: 0)
        case .end: return ConsolePosition(offset: end, note: last)
        case .offset(let offset):
            let before = notes.count { $0.offset < offset }
            return ConsolePosition(offset: min(offset, end), note: droppedNotes.plus(Int64(clamping: before)))
        case .position(let position, let other) where session == other:
            return ConsolePosition(offset: min(position.offset, end), note: min(position.note, last))
        case .position: return ConsolePosition(offset: start, note: 0)
        }
    }

    /// Whether something follows a position.
    package func isBehind(_ position: ConsolePosition) -> Bool {
        position.offset < end || position.note < droppedNotes.plus(Int64(clamping: notes.count))
    }

    /// What follows a position, which moves behind it: bytes and notes in their order. Bytes that are not kept any more
    /// are a gap.
    ///
    /// - Parameter limit: maximum number of bytes.
    package func read(from position: inout ConsolePosition, atMost limit: Int) -> [ConsolePiece] {
        var pieces: [ConsolePiece] = []
        if position.offset < start {
            let missing = start.minus(position.offset)
            position.offset = start
            pieces.append(ConsolePiece(.note(.gap(bytes: missing)), next: position))
        }
        var room = max(0, limit)
        for (index, entry) in notes.enumerated() {
            let number = droppedNotes.plus(Int64(clamping: index))
            guard number >= position.note else { continue }
            take(to: entry.offset, from: &position, &room, &pieces)
            guard position.offset >= entry.offset else { return pieces }
            position.note = number.plus(1)
            pieces.append(ConsolePiece(.note(entry.note), next: position))
        }
        take(to: end, from: &position, &room, &pieces)
        return pieces
    }

    private func take(
        to end: Int64, from position: inout ConsolePosition, _ room: inout Int, _ pieces: inout [ConsolePiece]
    ) {
        let count = min(Int(clamping: end.minus(position.offset)), room)
        guard count > 0 else { return }
        let bytes = bytes(at: Int(clamping: position.offset.minus(start)), count)
        position.offset = position.offset.plus(Int64(clamping: count))
        pieces.append(ConsolePiece(.bytes(bytes), next: position))
        room -= count
    }

    /// - Parameter index: counts from the oldest byte that is kept.
    private func bytes(at index: Int, _ count: Int) -> [UInt8] {
        let first = (oldest + index) % max(1, ring.count)
        let until = min(first + count, ring.count)
        return Array(ring[first..<until]) + ring.prefix(max(0, count - (until - first)))
    }
}
