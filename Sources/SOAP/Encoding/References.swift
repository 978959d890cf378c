internal import VMSAPI
internal import XML

/// Resolves references within a Body: `href="#a"` stands for the element with `id="a"`, anywhere in the Body (SOAP 1.1,
/// section 5.4.1; SOAP 1.2 part 2, section 3.1.5). Axis 1 and PHP send a value this way if it is used twice.
struct References {
    /// Maximum number of elements that all references expand to. A few references can expand to very many elements, if
    /// each level doubles the one below.
    static let mostElements = 100_000
    /// Maximum text that all references expand to, in bytes.
    static let mostText = 16 << 20

    private let body: XMLElement
    /// Elements by id; built at the first reference.
    private var byID: [String: [XMLElement]]?
    /// References that are being followed, to detect cycles.
    private var open: [String] = []
    private var used: Set<String> = []
    private var elements = 0
    private var text = 0

    init(body: XMLElement) { self.body = body }

    /// Begins to follow a reference; ``end()`` ends it.
    ///
    /// - Returns: the referenced element; `nil` if `element` is no reference.
    /// - Throws: for a reference with a value of its own, one that leads out of the Body, to no element, to several
    ///   elements or back to itself.
    mutating func begin(_ element: XMLElement) throws(PackageProblem) -> XMLElement? {
        guard let (attribute, value) = SOAPEncoding.reference(of: element) else { return nil }
        func problem(_ words: String) -> PackageProblem {
            SOAPEncoding.problem(element, attribute, "is '\(value.shown)': \(words)")
        }
        guard element.elements.isEmpty, element.trimmedText.isEmpty, !SOAPEncoding.isNil(element) else {
            throw problem("must stand alone, without a value beside it")
        }
        guard value.hasPrefix("#") || attribute == "ref" else {
            throw problem("must be '#' and the id of an element within the Body")
        }
        let id = value.hasPrefix("#") ? String(value.dropFirst()) : value
        let found = named(id)
        guard let target = found.first else { throw problem("no element within the Body has that id") }
        guard found.count == 1 else { throw problem("\(found.count) elements within the Body have that id") }
        guard !open.contains(id) else { throw problem("it refers back to itself") }
        open.append(id)
        used.insert(id)
        return target
    }

    mutating func end() { open.removeLast() }

    /// Counts an element that a reference expands to.
    ///
    /// - Throws: if the elements are too many or too large.
    mutating func count(_ element: XMLElement) throws(PackageProblem) {
        guard !open.isEmpty else { return }
        elements += 1
        text += element.text.utf8.count
        guard elements <= Self.mostElements, text <= Self.mostText else {
            throw PackageProblem(
                "references (href) expand to more than \(Self.mostElements) elements or \(Self.mostText) bytes of text")
        }
    }

    /// Checks that every element next to the call was the target of a reference.
    ///
    /// - Throws: for an element next to the call that no reference used: a second call, or misplaced data.
    func finish(others: [XMLElement]) throws(PackageProblem) {
        for other in others {
            guard let id = SOAPEncoding.id(of: other), used.contains(id) else {
                throw PackageProblem(
                    "the Body has a second element, '\(other.name.shown)', that nothing refers to: must hold one call")
            }
        }
    }

    private mutating func named(_ id: String) -> [XMLElement] {
        if let byID { return byID[id] ?? [] }
        var all: [String: [XMLElement]] = [:]
        var waiting = body.elements
        while let element = waiting.popLast() {
            if let id = SOAPEncoding.id(of: element) { all[id, default: []].append(element) }
            waiting += element.elements
        }
        byID = all
        return all[id] ?? []
    }
}

extension String {
    /// The text shortened for a message to its sender.
    var shown: String { FieldError.shortened(self) }
}
