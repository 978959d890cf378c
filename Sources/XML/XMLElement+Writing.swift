extension XMLElement {
    /// The element as XML text without declaration.
    package var xmlText: String { xmlText(indent: 0) }

    /// The element as XML text without declaration.
    ///
    /// - Parameter indent: spaces for each level; 0 for one line. An element that holds text is never broken into
    ///   lines.
    package func xmlText(indent: Int) -> String {
        var writer = XMLWriter(indent: indent)
        write(to: &writer)
        return writer.text
    }

    /// Writes the element with the namespace declarations that it needs, with its own prefixes if they are free.
    package func write(to writer: inout XMLWriter) { write(to: &writer, within: nil) }

    private func write(to writer: inout XMLWriter, within outer: NamespaceScope?) {
        var declarations: [(prefix: String, uri: String)] = []
        let prefix = namespace == XML.namespace ? "xml" : namespace.isEmpty ? "" : self.prefix
        if (outer?.uri(prefix) ?? "") != namespace, prefix != "xml" { declarations.append((prefix, namespace)) }
        var written: [(String, String)] = []
        for attribute in attributes {
            guard !attribute.namespace.isEmpty else {
                written.append((attribute.name, attribute.value))
                continue
            }
            let scope = NamespaceScope(declarations, outer: outer)
            var prefix = scope.prefix(attribute.namespace)
            if prefix == nil {
                // A number that no declaration in scope uses.
                var number = scope.count
                while scope.uri("ns\(number)") != nil { number += 1 }
                declarations.append(("ns\(number)", attribute.namespace))
                prefix = "ns\(number)"
            }
            written.append(("\(prefix ?? ""):\(attribute.name)", attribute.value))
        }
        let scope = declarations.isEmpty ? outer : NamespaceScope(declarations, outer: outer)
        let names = declarations.map { ($0.prefix.isEmpty ? "xmlns" : "xmlns:\($0.prefix)", $0.uri) }
        writer.element(prefix.isEmpty ? name : "\(prefix):\(name)", names + written) { writer in
            if children.contains(where: { if case .text = $0 { true } else { false } }) { writer.keepLine() }
            for child in children {
                switch child {
                case .element(let element): element.write(to: &writer, within: scope)
                case .text(let text): writer.text(text)
                }
            }
        }
    }
}
