import CLibvirt
internal import Workers

/// A domain and what defines it.
public struct DomainDefinition: Sendable, Hashable {
    /// Whose it is.
    public let identity: DomainIdentity
    /// Its description as it will be at the next start, and as it runs where it does.
    public let texts: [String]
}

extension Connection {
    /// Every domain's description (`virDomainGetXMLDesc`): as it will be at its next start, and of an active one as it runs.
    ///
    /// One call lists them; then each is asked, several at a time. A domain that goes meanwhile is left out.
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

    /// Asks about each of many, as many at a time as this connection has calls in flight, and keeps their order.
    ///
    /// - Returns: the answers that are there.
    public func concurrently<Item: Sendable, Answer: Sendable>(
        _ items: [Item], _ ask: @escaping @Sendable (Item) async throws(LibvirtError) -> Answer?
    ) async throws(LibvirtError) -> [Answer] {
        try await concurrentlyUntilFailure(over: items, atMost: callsInFlight, ask).compactMap(\.self)
    }
}
