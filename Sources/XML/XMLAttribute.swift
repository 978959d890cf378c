/// An attribute of an ``XMLElement``. Namespace declarations are no attributes.
package struct XMLAttribute: Sendable, Equatable {
    /// Local name.
    package var name: String
    /// Namespace URI; empty for the usual attribute without prefix.
    package var namespace: String
    package var value: String

    package init(_ name: String, _ value: String, namespace: String = "") {
        self.name = name
        self.value = value
        self.namespace = namespace
    }
}
