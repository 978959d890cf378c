internal import VMSAPI
internal import XML

/// What elements of a Body refer to each other by: `href="#a"` stands for the element with `id="a"`, wherever in the Body it
/// is (SOAP 1.1, section 5.4.1; SOAP 1.2 part 2, section 3.1.5). Axis 1 and PHP send values so that they used twice.
struct References {
    /// Most elements that references may stand for together. A few may stand for very many, each level twice the one below.
    static let mostElements = 100_000
    /// Most bytes of text that references may stand for together.
    static let mostText = 16 << 20

    private let body: XMLElement
    /// Looked through when the first reference is met.
    private var byID: [String: [XMLElement]]?
    /// Those that are being followed, so that one within itself is seen.
    private var open: [String] = []
    private var used: Set<String> = []
    private var elements = 0
    private var text = 0

    init(body: XMLElement) { self.body = body }

    /// Begins to follow a reference; ``end()`` ends it.
    ///
    /// - Returns: the element that it stands for.
    /// - Throws: when it stands beside a value, leads out of the Body, nowhere, to several places or back to itself.
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
        guard !open.contains(id) else { throw problem("it leads back to itself") }
        open.append(id)
        used.insert(id)
        return target
    }

    mutating func end() { open.removeLast() }

    /// Counts an element that a reference stands for.
    ///
    /// - Throws: when they are too many, or too large.
    mutating func count(_ element: XMLElement) throws(PackageProblem) {
        guard !open.isEmpty else { return }
        elements += 1
        text += element.text.utf8.count
        guard elements <= Self.mostElements, text <= Self.mostText else {
            throw PackageProblem(
                "references (href) stand for more than \(Self.mostElements) elements or \(Self.mostText) bytes of text")
        }
    }

    /// - Throws: for an element beside the call that no reference led to: a second call, or what was meant for something.
    func finish(beside others: [XMLElement]) throws(PackageProblem) {
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
    /// As it may be shown back to whoever sent it.
    var shown: String { FieldError.shortened(self) }
}
