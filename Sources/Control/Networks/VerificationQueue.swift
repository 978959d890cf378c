internal import Model

/// Lets the verifications of a network take turns; their results are in the store.
package actor VerificationQueue {
    private var tails: [NetworkID: Task<Void, Never>] = [:]

    /// Runs `body` once all earlier calls for the same network have ended.
    func inTurn<Value: Sendable>(
        _ network: NetworkID, _ body: @escaping @Sendable () async throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let before = tails[network]
        let work = Task { () async -> Result<Value, Refusal> in
            await before?.value
            do throws(Refusal) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        let tail = Task { _ = await work.value }
        tails[network] = tail
        let result = await work.value
        if tails[network] == tail { tails[network] = nil }
        return try result.get()
    }
}
