internal import Model

/// Lets one operation at a time send a given file to a given host, or take it away there, so that two machines of one image
/// share one transfer, and none finds a file that is just being removed.
actor ImageCopies {
    private struct Key: Hashable {
        var host: String
        var digest: Digest
    }

    private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` while no other does so for the same file and host.
    nonisolated(nonsending) func alone<Result>(
        host: String, digest: Digest, _ body: () async throws(Refusal) -> Result
    ) async throws(Refusal) -> Result {
        let key = Key(host: host, digest: digest)
        await enter(key)
        do throws(Refusal) {
            let result = try await body()
            await leave(key)
            return result
        } catch {
            await leave(key)
            throw error
        }
    }

    /// The same for several files; who waits for more than one asks in the order of their digests, so that nobody waits
    /// for another that waits for it.
    nonisolated(nonsending) func alone<Result>(
        host: String, digests: [Digest], _ body: () async throws(Refusal) -> Result
    ) async throws(Refusal) -> Result {
        guard let first = digests.min(by: { $0.text < $1.text }) else { return try await body() }
        return try await alone(host: host, digest: first) { () async throws(Refusal) in
            try await alone(host: host, digests: digests.filter { $0 != first }, body)
        }
    }

    private func enter(_ key: Key) async {
        guard waiting[key] != nil else {
            waiting[key] = []
            return
        }
        await withCheckedContinuation { waiting[key]?.append($0) }
    }

    private func leave(_ key: Key) {
        guard let queue = waiting[key], let next = queue.first else {
            waiting[key] = nil
            return
        }
        waiting[key] = Array(queue.dropFirst())
        next.resume()
    }
}
