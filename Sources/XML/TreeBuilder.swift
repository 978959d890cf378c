internal import CLibXML2

/// Receives libxml2's events and builds the tree. Lives for one document.
final class TreeBuilder {
    var parser: xmlParserCtxtPtr?
    private(set) var root: XMLElement?
    private(set) var error: XMLError?
    private let limits: XMLParser.Limits
    private var open: [XMLElement] = []
    private var elements = 0

    init(limits: XMLParser.Limits) { self.limits = limits }

    /// Callbacks for `xmlCreatePushParserCtxt`; the user data is a builder.
    static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { context, _, _, _ in
            TreeBuilder.from(context)?.fail(.doctype, "a document type declaration is not allowed")
        }
        handler.startElementNs = { context, name, _, uri, _, _, count, _, attributes in
            TreeBuilder.from(context)?.start(name, uri, Int(count), attributes)
        }
        handler.endElementNs = { context, _, _, _ in TreeBuilder.from(context)?.end() }
        handler.characters = { context, text, length in TreeBuilder.from(context)?.text(text, Int(length)) }
        handler.cdataBlock = { context, text, length in TreeBuilder.from(context)?.text(text, Int(length)) }
        handler.serror = { context, error in
            guard let error, let builder = TreeBuilder.from(context) else { return }
            guard error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
            let message = error.pointee.message.map { String(cString: $0) } ?? "malformed"
            builder.fail(.malformed, String(message.prefix { !$0.isNewline }), line: Int(error.pointee.line))
        }
        return handler
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> TreeBuilder? {
        context.map { Unmanaged<TreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    private func fail(_ kind: XMLError.Kind, _ message: String, line: Int? = nil) {
        guard error == nil else { return }
        let here = parser.map { Int(xmlSAX2GetLineNumber($0)) } ?? 0
        error = XMLError(kind, message, line: line ?? here)
        xmlStopParser(parser)
    }

    private func start(
        _ name: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?, _ count: Int,
        _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) {
        guard error == nil, let name else { return }
        elements += 1
        guard open.count < limits.depth else { return fail(.tooDeep, "more than \(limits.depth) levels deep") }
        guard elements <= limits.elements else {
            return fail(.tooManyElements, "more than \(limits.elements) elements")
        }
        guard count <= limits.attributes else {
            return fail(.tooManyAttributes, "more than \(limits.attributes) attributes in one element")
        }
        var element = XMLElement(String(cString: name), namespace: uri.map { String(cString: $0) } ?? "")
        // Five pointers an attribute: local name, prefix, URI, begin and end of the value.
        for index in 0..<count {
            guard let part = attributes?.advanced(by: index * 5), let name = part[0], let begin = part[3],
                let end = part[4]
            else { continue }
            let value = String(decoding: UnsafeBufferPointer(start: begin, count: end - begin), as: UTF8.self)
            element.attributes.append(
                .init(String(cString: name), value, namespace: part[2].map { String(cString: $0) } ?? ""))
        }
        open.append(element)
    }

    private func end() {
        guard error == nil, let element = open.popLast() else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(.element(element))
        }
    }

    private func text(_ text: UnsafePointer<xmlChar>?, _ length: Int) {
        guard error == nil, let text, !open.isEmpty else { return }
        let part = String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
        let top = open.count - 1
        if case .text(let before)? = open[top].children.last {
            open[top].children[open[top].children.count - 1] = .text(before + part)
        } else {
            open[top].children.append(.text(part))
        }
    }
}
