/// An element of an XML document as a value: local name, namespace, attributes, children in order.
package struct XMLElement: Sendable, Equatable {
    package struct Attribute: Sendable, Equatable {
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

    package indirect enum Node: Sendable, Equatable {
        case element(XMLElement)
        case text(String)
    }

    package var name: String
    /// Namespace URI; empty when there is none.
    package var namespace: String
    package var attributes: [Attribute]
    package var children: [Node]

    package init(_ name: String, namespace: String = "", attributes: [Attribute] = [], children: [Node] = []) {
        self.name = name
        self.namespace = namespace
        self.attributes = attributes
        self.children = children
    }

    /// An element as it is built for libvirt: attributes without namespace, then children.
    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [XMLElement] = []) {
        self.init(
            name, attributes: attributes.map { Attribute($0.key, $0.value) }, children: children.map { .element($0) })
    }

    /// An element that holds nothing but text.
    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.init(name, attributes: attributes.map { Attribute($0.key, $0.value) }, children: [.text(text)])
    }
}

extension XMLElement {
    /// The child elements, without the text between them.
    package var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The element's own text, exactly as it stands; the text of children is not part of it.
    package var text: String {
        if children.count == 1, case .text(let text) = children[0] { return text }
        return children.reduce(into: "") { text, child in
            if case .text(let part) = child { text += part }
        }
    }

    package func element(named name: String) -> XMLElement? {
        for case .element(let element) in children where element.name == name { return element }
        return nil
    }

    package func elements(named name: String) -> [XMLElement] { elements.filter { $0.name == name } }

    /// The first element at the end of a path of names.
    package func path(_ names: String...) -> XMLElement? {
        names.reduce(self as XMLElement?) { $0?.element(named: $1) }
    }

    /// The value of an attribute without namespace.
    package subscript(_ attribute: String) -> String? { self[attribute, namespace: ""] }

    package subscript(_ attribute: String, namespace namespace: String) -> String? {
        attributes.first { $0.name == attribute && $0.namespace == namespace }?.value
    }

    /// The element as XML text, for documents without namespaces (libvirt's).
    package var xmlText: String {
        var writer = XMLWriter()
        write(to: &writer)
        return writer.text
    }

    private func write(to writer: inout XMLWriter) {
        writer.element(name, attributes.map { ($0.name, $0.value) }) { writer in
            for child in children {
                switch child {
                case .element(let element): element.write(to: &writer)
                case .text(let text): writer.text(text)
                }
            }
        }
    }
}
