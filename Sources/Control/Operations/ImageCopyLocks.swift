internal import Model

/// A lock for each pair of file and host: one operation at a time sends the file to the host, or removes it there. So
/// two machines of one image share one transfer, and no operation finds a file that is just being removed.
actor ImageCopyLocks {
    private struct Key: Hashable {
        var host: String
        var digest: Digest
    }

    private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` while holding the lock of this file and host.
    nonisolated(nonsending) func exclusively<Result>(
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

    /// Runs `body` while holding the locks of several files. They are taken in the order of their digests, which
    /// prevents deadlocks.
    nonisolated(nonsending) func exclusively<Result>(
        host: String, digests: [Digest], _ body: () async throws(Refusal) -> Result
    ) async throws(Refusal) -> Result {
        guard let first = digests.min(by: { $0.text < $1.text }) else { return try await body() }
        return try await exclusively(host: host, digest: first) { () async throws(Refusal) in
            try await exclusively(host: host, digests: digests.filter { $0 != first }, body)
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
