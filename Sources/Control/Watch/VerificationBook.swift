package import FoundationEssentials
package import Model

/// What was found when a network was proven again.
package struct Verification: Sendable, Equatable {
    package var time: Date
    /// What of each link's proof failed, by its name.
    package var faults: [String: Refusal]
    /// Whether every proof was asked for; after a fault the later ones are not, and say nothing of any link.
    package var isWhole: Bool
}

/// Each network's last verification, for as long as the server runs, and whose turn it is to make the next.
package actor VerificationBook {
    private var latest: [NetworkID: Verification] = [:]
    private var tails: [NetworkID: Task<Void, Never>] = [:]

    func last(of network: NetworkID) -> Verification? { latest[network] }

    /// - Parameter all: the networks that there are; what is known of others is forgotten.
    func note(_ verification: Verification, of network: NetworkID, among all: [NetworkID]) {
        latest[network] = verification
        let all = Set(all)
        latest = latest.filter { all.contains($0.key) }
    }

    /// What was found says nothing any more.
    func forget(_ network: NetworkID) { latest[network] = nil }

    /// Does something once whatever was asked for before, of the same network, is over.
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
