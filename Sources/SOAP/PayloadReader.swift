internal import VMSAPI
internal import XML

/// Turns the Body of an envelope into the tree that services read, with attachments and references resolved. No field
/// that was sent is silently dropped.
struct PayloadReader {
    private var attachments: Attachments
    private var references: References
    private let body: XMLElement
    /// Data that were sent outside of fields and have no place in the tree: attributes of an element that is no
    /// structure, text between elements.
    private var strays: [WireValue.Member] = []

    /// Maximum depth below the call, the same as for a document; references could nest deeper.
    private static let deepest = 64

    init(body: XMLElement, attachments: Attachments) {
        self.body = body
        self.attachments = attachments
        references = References(body: body)
    }

    /// The element that names the service: the first one that is not only a target of references.
    static func call(in body: XMLElement) -> XMLElement? {
        body.elements.first { !SOAPEncoding.isNoRoot($0) } ?? body.elements.first
    }

    /// The call's fields, and stray data.
    ///
    /// - Throws: for an attachment or reference that is missing, invalid or outside of a field; for a second call.
    mutating func payload() throws(PackageProblem) -> WireValue {
        let elements = body.elements
        guard let place = elements.firstIndex(where: { !SOAPEncoding.isNoRoot($0) }) ?? elements.indices.first else {
            return .object([])
        }
        var payload: [WireValue.Member]
        note(textOf: body)
        if let target = try references.begin(elements[place]) {
            payload = Self.attributes(of: elements[place]) + (try members(of: target, depth: 0))
            references.end()
        } else {
            payload = try members(of: elements[place], depth: 0)
        }
        try references.finish(others: Array(elements[..<place] + elements[(place + 1)...]))
        try attachments.finish()
        payload += strays
        return .object(payload)
    }

    /// Reads an element's fields. Namespaces of payload elements, `xsi:type` and encoding styles are ignored: the
    /// schema already defines the types.
    private mutating func members(of element: XMLElement, depth: Int) throws(PackageProblem) -> [WireValue.Member] {
        var members = Self.attributes(of: element)
        note(textOf: element)
        for child in element.elements {
            guard !Self.isInclude(child) else {
                throw PackageProblem(
                    "xop:Include in '\(element.name.shown)' is not alone: must be the only content of a field")
            }
            members.append(WireValue.Member(child.name, try value(of: child, depth: depth + 1)))
        }
        return members
    }

    private mutating func value(of element: XMLElement, depth: Int) throws(PackageProblem) -> WireValue {
        guard depth <= Self.deepest else {
            throw PackageProblem("references (href) nest more than \(Self.deepest) levels deep")
        }
        if let target = try references.begin(element) {
            note(attributesOf: element)
            let value = try value(of: target, depth: depth + 1)
            references.end()
            return value
        }
        try references.count(element)
        let elements = element.elements
        if SOAPEncoding.isNil(element) {
            guard elements.isEmpty, element.trimmedText.isEmpty else {
                throw PackageProblem("\(element.name.shown): is marked as nil, but is not empty")
            }
            note(attributesOf: element)
            return .null
        }
        if let items = try SOAPEncoding.items(of: element) {
            note(attributesOf: element)
            note(textOf: element)
            var values: [WireValue] = []
            for item in items { values.append(try value(of: item, depth: depth + 1)) }
            return .array(values)
        }
        if elements.isEmpty {
            let attributes = Self.attributes(of: element)
            if !attributes.isEmpty, element.trimmedText.isEmpty { return .object(attributes) }
            note(attributesOf: element)
            return .string(element.text)
        }
        if elements.count == 1, Self.isInclude(elements[0]), element.trimmedText.isEmpty {
            note(attributesOf: element)
            return .bytes(try attachments.take(elements[0]["href"]))
        }
        return .object(try members(of: element, depth: depth))
    }

    /// Attributes as members. Their names are marked, so that a field sent as an attribute differs from a missing
    /// field.
    private static func attributes(of element: XMLElement) -> [WireValue.Member] {
        SOAPEncoding.plainAttributes(of: element).map {
            WireValue.Member(WireValue.Member.attributeMark + $0.name, .string($0.value))
        }
    }

    private mutating func note(attributesOf element: XMLElement) {
        strays += SOAPEncoding.plainAttributes(of: element).map {
            WireValue.Member("\(element.name)\(WireValue.Member.attributeMark)\($0.name)", .string($0.value))
        }
    }

    /// Keeps text between elements: an unknown element may have it, a field may not.
    private mutating func note(textOf element: XMLElement) {
        let text = element.trimmedText
        if !text.isEmpty { strays.append(WireValue.Member(WireValue.Member.strayText, .string(text))) }
    }

    private static func isInclude(_ element: XMLElement) -> Bool {
        element.namespace == Attachments.namespace && element.name == "Include"
    }
}
