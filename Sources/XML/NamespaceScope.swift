/// The namespace declarations of one element, linked to the enclosing scopes. All elements below share this object, so
/// that memory grows with the number of declarations only.
final class NamespaceScope: Sendable {
    private let declarations: [(prefix: String, uri: String)]
    private let outer: NamespaceScope?
    /// Number of declarations up to the root.
    let count: Int

    init(_ declarations: [(prefix: String, uri: String)], outer: NamespaceScope?) {
        self.declarations = declarations
        self.outer = outer
        count = declarations.count + (outer?.count ?? 0)
    }

    /// The URI of a prefix; `nil` if the prefix is not declared or was undeclared.
    func uri(_ prefix: String) -> String? {
        guard prefix != "xml" else { return XML.namespace }
        var scope: NamespaceScope? = self
        while let here = scope {
            if let found = here.declarations.last(where: { $0.prefix == prefix }) {
                return found.uri.isEmpty ? nil : found.uri
            }
            scope = here.outer
        }
        return nil
    }

    /// A prefix of a URI that no nearer declaration hides.
    func prefix(_ uri: String) -> String? {
        guard uri != XML.namespace else { return "xml" }
        var scope: NamespaceScope? = self
        while let here = scope {
            for found in here.declarations where found.uri == uri && !found.prefix.isEmpty {
                if self.uri(found.prefix) == uri { return found.prefix }
            }
            scope = here.outer
        }
        return nil
    }
}
