internal import XML

/// SOAP's own encoding of an element: ids, references, arrays, and nil values.
///
/// Sources: SOAP 1.1, section 5; SOAP 1.2 part 2, section 3; XML Schema part 1, section 2.6.2 (`nil`). Toolkits mix the
/// spellings of both versions, so every spelling is accepted in both.
enum SOAPEncoding {
    static let namespace11 = "http://schemas.xmlsoap.org/soap/encoding/"
    static let namespace12 = "http://www.w3.org/2003/05/soap-encoding"
    private static let instances = [
        "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/2000/10/XMLSchema-instance",
        "http://www.w3.org/1999/XMLSchema-instance",
    ]

    /// The id of an element.
    static func id(of element: XMLElement) -> String? {
        (element["id"] ?? element["id", namespace: namespace12])?.trimmed
    }

    /// The reference of an element as written, and the name of its attribute.
    static func reference(of element: XMLElement) -> (attribute: String, value: String)? {
        if let value = element["href"] { return ("href", value.trimmed) }
        return (element["ref", namespace: namespace12] ?? element["ref"]).map { ("ref", $0.trimmed) }
    }

    /// Attributes that may be meant as fields: without a namespace or in the element's own namespace, and not part of
    /// the encoding.
    static func plainAttributes(of element: XMLElement) -> [XMLAttribute] {
        element.attributes.filter {
            ($0.namespace.isEmpty || ($0.namespace == element.namespace && !ours.contains($0.namespace)))
                && !["id", "href", "ref", "type", "encodingStyle"].contains($0.name)
        }
    }

    private static let ours = [namespace11, namespace12] + [SOAPVersion.v11, .v12].map(\.namespace)

    /// Whether an element is marked as nil (`xsi:nil`, called `xsi:null` in older versions).
    static func isNil(_ element: XMLElement) -> Bool {
        let flag = instances.lazy.compactMap { instance in
            element["nil", namespace: instance] ?? element["null", namespace: instance]
        }.first?.trimmed
        return flag == "true" || flag == "1"
    }

    /// Whether an element of the Body exists only as the target of references (`root="0"`).
    static func isNoRoot(_ element: XMLElement) -> Bool {
        let flag = element["root", namespace: namespace11]?.trimmed
        return flag == "0" || flag == "false"
    }

    /// The items of an encoded array; `nil` if the element is no array.
    ///
    /// - Throws: for arrays of several dimensions, sparse arrays, parts of arrays, and a wrong size.
    static func items(of element: XMLElement) throws(PackageProblem) -> [XMLElement]? {
        let type = element["arrayType", namespace: namespace11]?.trimmed
        let size = element["arraySize", namespace: namespace12]?.trimmed
        guard type != nil || size != nil || isArray(element) else { return nil }
        let items = element.elements
        if element["offset", namespace: namespace11] != nil {
            throw problem(element, "offset", "must be a whole array, not a part of one")
        }
        if items.contains(where: { $0["position", namespace: namespace11] != nil }) {
            throw problem(element, "position", "must have every item of an array in its place")
        }
        if let type {
            let brackets = type.drop { $0 != "[" }
            guard brackets.count >= 2, brackets.last == "]", !brackets.dropFirst().contains("["),
                !brackets.contains(",")
            else { throw problem(element, "arrayType", "is '\(type.shown)': must be an array of one dimension") }
            try check(String(brackets.dropFirst().dropLast()).trimmed, items.count, of: element, "arrayType")
        }
        if let size, size != "*" { try check(size, items.count, of: element, "arraySize") }
        return items
    }

    private static func isArray(_ element: XMLElement) -> Bool {
        if element["itemType", namespace: namespace12] != nil { return true }
        return instances.contains { instance in
            guard let type = element["type", namespace: instance].flatMap({ element.resolve($0.trimmed) }) else {
                return false
            }
            return type.name == "Array" && [namespace11, namespace12].contains(type.namespace)
        }
    }

    private static func check(
        _ size: String, _ count: Int, of element: XMLElement, _ attribute: String
    ) throws(PackageProblem) {
        // fits: `Int` returns nil for text that does not fit
        guard size.isEmpty || Int(size) == count else {
            throw problem(element, attribute, "gives a size of '\(size.shown)', but there are \(count) items")
        }
    }

    static func problem(_ element: XMLElement, _ attribute: String, _ words: String) -> PackageProblem {
        PackageProblem("\(element.name.shown): \(attribute) \(words)")
    }
}
