package import Model

extension Networks {
    /// The result of ``setConditions(of:in:_:for:waits:)``.
    package struct Conditioned: Sendable {
        package var network: VirtualNetwork
        package var link: VirtualNetwork.Link
        /// `nil` when there was nothing to do.
        package var operation: OperationID?
    }

    /// Makes a link do something else to frames, or lets none pass, while its network stays as requested.
    ///
    /// - Parameter service: the service that requests it.
    /// - Throws: `networkNotFound`; the errors of ``ChangeLinkConditions``; `hostUnreachable` and others of the link's
    ///   hosts.
    package func setConditions(
        of link: String, in name: String, _ wish: ChangeLinkConditions.Wish, for service: String, waits: Bool
    ) async throws(Refusal) -> Conditioned {
        // Another change may come first.
        for _ in 1..<8 {
            do throws(Refusal) {
                return try await setConditionsOnce(of: link, in: name, wish, for: service, waits: waits)
            } catch {
                guard error.code == .networkChanged, error.operation == nil else { throw error }
            }
        }
        return try await setConditionsOnce(of: link, in: name, wish, for: service, waits: waits)
    }

    private func setConditionsOnce(
        of link: String, in name: String, _ wish: ChangeLinkConditions.Wish, for service: String, waits: Bool
    ) async throws(Refusal) -> Conditioned {
        let fleet = try await with.store.fleet()
        let network = try fleet.network(name)
        // The record has what an operation is still doing, or will undo.
        try await checkRests(network)
        let change = try ChangeLinkConditions(wish, of: link, in: network, fleet)
        var done = Conditioned(network: change.changed, link: change.link)
        guard !change.isSettled else { return done }
        let plan = try change.plan(for: service, try await with.surveys(of: change.hosts))
        let operation = OperationID(with.newID())
        _ = try await run(plan, as: operation, waits: waits)
        done.operation = operation
        return done
    }
}
