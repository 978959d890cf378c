import CLibvirt
internal import Workers

/// A domain and its definitions.
public struct DomainDefinition: Sendable, Hashable {
    /// The domain.
    public let identity: DomainIdentity
    /// Its description for the next start and, if the domain runs, the one of the running domain.
    public let texts: [String]
}

extension Connection {
    /// Every domain's description (`virDomainGetXMLDesc`): for its next start and, of an active domain, as it runs.
    ///
    /// One call lists them; then one call reads each, several at a time. A domain that is removed meanwhile is left
    /// out.
    public func definitions() async throws(LibvirtError) -> [DomainDefinition] {
        try await concurrently(try await domains()) {
            [self] (identity) async throws(LibvirtError) -> DomainDefinition? in
            do throws(LibvirtError) {
                let texts = try await domain(identity).perform("virDomainGetXMLDesc") { domain throws(LibvirtError) in
                    var texts: [String] = []
                    for options in identity.id == nil ? [Domain.XMLOptions.inactive] : [.inactive, []] {
                        texts.append(
                            try take("virDomainGetXMLDesc", virDomainGetXMLDesc(domain, options.rawValue)))
                    }
                    return texts
                }
                return DomainDefinition(identity: identity, texts: texts)
            } catch LibvirtError.Code.noDomain {
                return nil
            }
        }
    }

    /// Runs `body` for each element, at most `callsInFlight` of them concurrently, and keeps the order.
    ///
    /// - Returns: the results of `body`, without `nil`.
    public func concurrently<Item: Sendable, Answer: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) async throws(LibvirtError) -> Answer?
    ) async throws(LibvirtError) -> [Answer] {
        try await concurrentlyUntilFailure(over: items, atMost: callsInFlight, body).compactMap(\.self)
    }
}
