package import Model

/// The verbs for images.
package struct Images: Sendable {
    private let with: Surroundings

    package init(_ surroundings: Surroundings) { with = surroundings }

    package func catalogue() async throws(Refusal) -> Catalogue { try await with.catalogue() }
}
