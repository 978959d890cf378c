internal import Model

/// Lets one operation at a time send a given file to a given host, so that two machines of one image share one transfer.
actor ImageCopies {
    private struct Key: Hashable {
        var node: String
        var digest: Digest
    }

    private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` while no other does so for the same file and host.
    nonisolated(nonsending) func alone<Result>(
        node: String, digest: Digest, _ body: () async throws(Refusal) -> Result
    ) async throws(Refusal) -> Result {
        let key = Key(node: node, digest: digest)
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

    private func enter(_ key: Key) async {
        guard waiting[key] != nil else {
            waiting[key] = []
            return
        }
        await withCheckedContinuation { waiting[key]?.append($0) }
    }

    private func leave(_ key: Key) {
        guard var queue = waiting[key], !queue.isEmpty else {
            waiting[key] = nil
            return
        }
        let next = queue.removeFirst()
        waiting[key] = queue
        next.resume()
    }
}
