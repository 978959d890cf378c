/// The namespace declarations of one element, linked to those around it. All elements below share it, so that a document
/// costs no more than its declarations.
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

    /// The URI that a prefix stands for; `nil` when it is not declared or was undeclared.
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

    /// A prefix that stands for a URI and is not hidden by a nearer declaration.
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
