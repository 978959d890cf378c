internal import Synchronization

/// Runs `body` for every item, and waits for all of them.
///
/// The tasks are not children of the caller: they also run to their end when the caller is cancelled, so `body` needs a
/// deadline of its own.
///
/// - Parameter width: the largest number of items in work at a time.
/// - Returns: the answers in the order of the items.
package func concurrently<Item: Sendable, Answer: Sendable>(
    over items: [Item], atMost width: Int = .max, _ body: @escaping @Sendable (Item) async -> Answer
) async -> [Answer] {
    let next = NextIndex(items.count)
    // Tasks instead of a task group: the optimiser of Swift 6.3 (`-O`, with and without optimisation across modules)
    // corrupts the results of a group's tasks where errors are typed. Seen as a wrong dictionary key, and as a crash.
    let workers = (0..<max(1, min(width, items.count))).map { _ in
        Task {
            var answers: [(index: Int, answer: Answer)] = []
            while let index = next.take() { answers.append((index, await body(items[index]))) }
            return answers
        }
    }
    var answers: [(index: Int, answer: Answer)] = []
    for worker in workers { answers += await worker.value }
    return answers.sorted { $0.index < $1.index }.map(\.answer)
}

/// Runs `body` for every item, waits for all of them, and keeps each failure beside the other answers.
///
/// - Parameter width: the largest number of items in work at a time.
/// - Returns: the outcomes in the order of the items.
package func outcomes<Item: Sendable, Answer: Sendable, Failure: Error>(
    over items: [Item], atMost width: Int = .max,
    _ body: @escaping @Sendable (Item) async throws(Failure) -> Answer
) async -> [Result<Answer, Failure>] {
    await concurrently(over: items, atMost: width) { item in
        do throws(Failure) {
            return .success(try await body(item))
        } catch {
            return .failure(error)
        }
    }
}

/// Runs `body` for every item until one fails. Items after a failure do not begin; those in work run to their end.
///
/// - Parameter width: the largest number of items in work at a time.
/// - Returns: the answers in the order of the items.
/// - Throws: the failure of the first item in their order that failed.
package func concurrentlyUntilFailure<Item: Sendable, Answer: Sendable, Failure: Error>(
    over items: [Item], atMost width: Int = .max,
    _ body: @escaping @Sendable (Item) async throws(Failure) -> Answer
) async throws(Failure) -> [Answer] {
    let failed = Flag()
    let outcomes = await concurrently(over: items, atMost: width) { item -> Result<Answer, Failure>? in
        guard !failed.isRaised else { return nil }
        do throws(Failure) {
            return .success(try await body(item))
        } catch {
            failed.raise()
            return .failure(error)
        }
    }
    var answers: [Answer] = []
    for case let outcome? in outcomes { answers.append(try outcome.get()) }
    return answers
}

/// The index of the next item without a worker.
private final class NextIndex: Sendable {
    private let left: Mutex<Range<Int>>

    init(_ count: Int) { left = Mutex(0..<count) }

    func take() -> Int? { left.withLock { $0.popFirst() } }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock(\.self) }

    func raise() { state.withLock { $0 = true } }
}
