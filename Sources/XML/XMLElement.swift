/// An element of an XML document as a value: name, namespace, attributes, children in order.
package struct XMLElement: Sendable {
    /// Local name. An element that is built for writing may include a prefix here.
    package var name: String
    /// Namespace URI; empty for none.
    package var namespace: String
    /// The prefix in the document; empty for none. It adds nothing to ``namespace``.
    package var prefix: String
    package var attributes: [XMLAttribute]
    package var children: [XMLNode]
    /// The prefixes in scope; `nil` if none is declared, or the element was not parsed.
    var scope: NamespaceScope?

    package init(
        _ name: String, namespace: String = "", prefix: String = "", attributes: [XMLAttribute] = [],
        children: [XMLNode] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.prefix = prefix
        self.attributes = attributes
        self.children = children
    }

    /// Creates an element as libvirt expects it: attributes without namespace, then children.
    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [XMLElement] = []) {
        self.init(
            name, attributes: attributes.map { XMLAttribute($0.key, $0.value) },
            children: children.map { .element($0) })
    }

    /// Creates an element that holds only text.
    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.init(name, attributes: attributes.map { XMLAttribute($0.key, $0.value) }, children: [.text(text)])
    }
}

extension XMLElement: Equatable {
    /// Prefixes do not count: elements are equal when they have the same names, namespaces, attributes and children.
    package static func == (left: XMLElement, right: XMLElement) -> Bool {
        left.name == right.name && left.namespace == right.namespace && left.attributes == right.attributes
            && left.children == right.children
    }
}

extension XMLElement {
    /// The child elements, without the text between them.
    package var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The element's own text, unchanged; the text of children is not part of it.
    package var text: String {
        if children.count == 1, case .text(let text) = children[0] { return text }
        return children.reduce(into: "") { text, child in
            if case .text(let part) = child { text += part }
        }
    }

    /// ``text`` without XML's white space (space, tab, line feed, carriage return) at both ends.
    package var trimmedText: String {
        let utf8 = text.utf8
        guard let first = utf8.firstIndex(where: { !XML.isSpace($0) }),
            let last = utf8.lastIndex(where: { !XML.isSpace($0) })
        else { return "" }
        return String(utf8[first...last]) ?? ""
    }

    /// The first child element with a local name, in any namespace.
    package func element(named name: String) -> XMLElement? {
        for case .element(let element) in children where element.name == name { return element }
        return nil
    }

    /// The first child element with a local name and a namespace.
    package func element(named name: String, namespace: String) -> XMLElement? {
        for case .element(let element) in children where element.name == name && element.namespace == namespace {
            return element
        }
        return nil
    }

    /// The child elements with a local name, in any namespace.
    package func elements(named name: String) -> [XMLElement] { elements.filter { $0.name == name } }

    /// The element at the end of a path of names, taking the first child of each name.
    package func path(_ names: String...) -> XMLElement? {
        names.reduce(self as XMLElement?) { $0?.element(named: $1) }
    }

    /// The value of an attribute without namespace.
    package subscript(_ attribute: String) -> String? { self[attribute, namespace: ""] }

    /// The value of an attribute in a namespace.
    package subscript(_ attribute: String, namespace namespace: String) -> String? {
        attributes.first { $0.name == attribute && $0.namespace == namespace }?.value
    }

    /// The namespace and local name of a qualified name in this element's content, such as SOAP's `faultcode` or a
    /// value of `xsi:type`.
    ///
    /// - Returns: `nil` if the prefix is not declared here, or the text is no name with at most one colon.
    package func resolve(_ qualifiedName: String) -> (namespace: String, name: String)? {
        let parts = qualifiedName.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last, !parts.contains(where: \.isEmpty) else { return nil }
        if parts.count == 1 { return (scope?.uri("") ?? "", String(name)) }
        let uri = parts[0] == "xml" ? XML.namespace : scope?.uri(String(parts[0]))
        return uri.map { ($0, String(name)) }
    }
}
