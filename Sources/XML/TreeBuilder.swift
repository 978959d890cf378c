internal import CLibXML2

/// Owns libxml2's push parser for one document, receives its events and builds the tree.
final class TreeBuilder {
    typealias Text = UnsafePointer<xmlChar>

    private struct Open {
        var element: XMLElement
        var textBytes = 0
    }

    private let limits: XMLParser.Limits
    private let processingInstructions: XMLParser.ProcessingInstructions
    private var parser: xmlParserCtxtPtr?
    private var root: XMLElement?
    private var error: XMLError?
    /// libxml2's code of the error.
    var code: UInt32 = 0
    /// Whether the document begins with `<`.
    private var startsWithTag = false
    private var open: [Open] = []
    private var elements = 0
    /// Number of attributes and namespace declarations so far.
    private var attributes = 0
    /// Text of the innermost element since its last child. libxml2 delivers it in pieces of some 300 bytes.
    private var pending: [UInt8] = []
    /// Known URIs. libxml2 keeps one copy of each URI, so that the address identifies it.
    private var uris: [Text: String] = [:]

    private static let initialized: Void = xmlInitParser()

    init(limits: XMLParser.Limits, processingInstructions: XMLParser.ProcessingInstructions) {
        self.limits = limits
        self.processingInstructions = processingInstructions
        _ = Self.initialized
        var handler = Self.handler
        parser = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
        // HUGE: libxml2's own limits (10 MB of anything unparsed) are below our limit for the document and above all
        // our others.
        // IGNORE_ENC: the bytes are already UTF-8, whatever the XML declaration says.
        // NOENT: without it an '&' in an attribute is delivered as "&#38;". There are no entities that it could
        // resolve.
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue | XML_PARSE_HUGE.rawValue
            | XML_PARSE_NOENT.rawValue
        guard let parser else { return }
        xmlCtxtUseOptions(parser, Int32(bitPattern: UInt32(clamping: options)))
        xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8)
    }

    deinit { xmlFreeParserCtxt(parser) }

    /// Parses the next bytes.
    ///
    /// - Throws: the first error in the document that is known so far.
    func push(_ bytes: [UInt8]) throws(XMLError) { try parse(bytes, isLast: false) }

    /// Parses the last bytes and returns the root.
    ///
    /// - Parameter endsWithTag: whether the last bytes are a complete tag.
    /// - Throws: the first error in the document; `truncated` if only its end is missing.
    func finish(_ bytes: [UInt8], endsWithTag: Bool) throws(XMLError) -> XMLElement {
        try parse(bytes, isLast: false)
        let unfinished = open.last?.element.name
        do {
            try parse([], isLast: true)
        } catch {
            // libxml2 reports some errors within the document only at its end.
            let isAtEnd =
                !endsWithTag || [XML_ERR_TAG_NOT_FINISHED, XML_ERR_DOCUMENT_END].contains { $0.rawValue == code }
            guard error.kind == .malformed, isAtEnd, unfinished != nil || (startsWithTag && root == nil) else {
                throw error
            }
            let place = unfinished.map { "within '\($0.prefix(80))'" } ?? "within its first tag"
            throw XMLError(
                .truncated, "the document is truncated: it ends \(place)", line: error.line, column: error.column)
        }
        guard let root, parser?.pointee.wellFormed == 1 else {
            throw XMLError(.malformed, "the document is not well-formed")
        }
        return root
    }

    private func parse(_ bytes: [UInt8], isLast: Bool) throws(XMLError) {
        if !startsWithTag, root == nil, open.isEmpty {
            startsWithTag = bytes.first { !XML.isSpace($0) } == UInt8(ascii: "<")
        }
        guard let parser else { throw XMLError(.malformed, "the parser could not be created") }
        bytes.withUnsafeBytes { raw in
            // libxml2 counts in 32 bits.
            let most = 1 << 30
            var start = 0
            repeat {
                let count = min(most, raw.count - start)
                let piece = UnsafeRawBufferPointer(rebasing: raw[start..<start + count])
                start += count
                let ends: Int32 = isLast && start == raw.count ? 1 : 0
                xmlParseChunk(parser, piece.bindMemory(to: CChar.self).baseAddress, Int32(clamping: count), ends)
            } while start < raw.count && error == nil
        }
        if let error { throw error }
    }
}

extension TreeBuilder {
    func fail(_ kind: XMLError.Kind, _ message: String, line: Int? = nil, column: Int? = nil) {
        guard error == nil else { return }
        error = XMLError(
            kind, message, line: line ?? Int(clamping: xmlSAX2GetLineNumber(parser)),
            column: column ?? Int(clamping: xmlSAX2GetColumnNumber(parser)))
        xmlStopParser(parser)
    }

    func refuseInstruction(_ target: Text?) {
        guard processingInstructions == .refuse else { return }
        let name = target.map { String(cString: $0).prefix(40) } ?? ""
        fail(.processingInstruction, "the processing instruction '\(name)' is not allowed")
    }

    /// Begins an element.
    ///
    /// - Parameters:
    ///   - namespaces: two pointers for each declaration: prefix and URI.
    ///   - attributes: five pointers for each attribute: local name, prefix, URI, start and end of the value.
    func start(
        _ name: Text?, prefix: Text?, uri: Text?, namespaces: UnsafeBufferPointer<Text?>,
        attributes: UnsafeBufferPointer<Text?>
    ) {
        guard error == nil, let name else { return }
        elements += 1
        guard open.count < limits.depth else { return fail(.tooDeep, "more than \(limits.depth) levels deep") }
        guard elements <= limits.elements else {
            return fail(.tooManyElements, "more than \(limits.elements) elements")
        }
        let declared = namespaces.count / 2
        guard declared + attributes.count / 5 <= limits.attributes else {
            return fail(.tooManyAttributes, "more than \(limits.attributes) attributes in one element")
        }
        self.attributes += declared + attributes.count / 5
        guard self.attributes <= limits.allAttributes else {
            return fail(.tooManyAttributes, "more than \(limits.allAttributes) attributes in the document")
        }
        var element = XMLElement(
            String(cString: name), namespace: string(uri: uri), prefix: prefix.map { String(cString: $0) } ?? "")
        element.scope = open.last?.element.scope
        if declared > 0 {
            let declarations = stride(from: 0, to: declared * 2, by: 2).map { index in
                (prefix: namespaces[index].map { String(cString: $0) } ?? "", uri: string(uri: namespaces[index + 1]))
            }
            let scope = NamespaceScope(declarations, outer: element.scope)
            guard scope.count <= limits.namespaces else {
                return fail(.tooManyAttributes, "more than \(limits.namespaces) namespace declarations in force")
            }
            element.scope = scope
        }
        element.attributes.reserveCapacity(attributes.count / 5)
        for index in stride(from: 0, to: attributes.count, by: 5) {
            guard let name = attributes[index], let begin = attributes[index + 3], let end = attributes[index + 4]
            else { continue }
            let value = String(decoding: UnsafeBufferPointer(start: begin, count: end - begin), as: UTF8.self)
            element.attributes.append(
                XMLAttribute(String(cString: name), value, namespace: string(uri: attributes[index + 2])))
        }
        flush()
        open.append(Open(element: element))
    }

    func end() {
        guard error == nil else { return }
        flush()
        guard let element = open.popLast()?.element else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].element.children.append(.element(element))
        }
    }

    func text(_ text: Text?, _ count: Int) {
        guard error == nil, let text, !open.isEmpty else { return }
        open[open.count - 1].textBytes += count
        guard open[open.count - 1].textBytes <= limits.text else {
            return fail(.textTooLong, "more than \(limits.text) bytes of text in one element")
        }
        pending.append(contentsOf: UnsafeBufferPointer(start: text, count: count))
    }

    private func flush() {
        guard !pending.isEmpty, !open.isEmpty else { return }
        open[open.count - 1].element.children.append(.text(String(decoding: pending, as: UTF8.self)))
        pending.removeAll(keepingCapacity: true)
    }

    private func string(uri: Text?) -> String {
        guard let uri else { return "" }
        if let known = uris[uri] { return known }
        let string = String(cString: uri)
        uris[uri] = string
        return string
    }
}
