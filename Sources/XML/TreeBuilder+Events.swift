internal import CLibXML2

extension TreeBuilder {
    /// Callbacks for `xmlCreatePushParserCtxt`; the user data is a builder. Events without a callback are ignored,
    /// above all the declaration and loading of entities.
    static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { context, _, _, _ in
            TreeBuilder.from(context)?.fail(.doctype, "a document type declaration is not allowed")
        }
        handler.processingInstruction = { context, target, _ in TreeBuilder.from(context)?.refuseInstruction(target) }
        handler.startElementNs = { context, name, prefix, uri, declared, namespaces, count, _, attributes in
            TreeBuilder.from(context)?.start(
                name, prefix: prefix, uri: uri,
                namespaces: UnsafeBufferPointer(
                    start: namespaces, count: namespaces == nil ? 0 : Int(clamping: declared) * 2),
                attributes: UnsafeBufferPointer(start: attributes, count: attributes == nil ? 0 : Int(count) * 5))
        }
        handler.endElementNs = { context, _, _, _ in TreeBuilder.from(context)?.end() }
        handler.characters = { context, text, length in TreeBuilder.from(context)?.text(text, Int(clamping: length)) }
        handler.cdataBlock = { context, text, length in TreeBuilder.from(context)?.text(text, Int(clamping: length)) }
        handler.serror = { context, error in
            guard let error, let builder = TreeBuilder.from(context) else { return }
            guard error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
            builder.code = UInt32(bitPattern: error.pointee.code)
            // The message may quote the document.
            let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
            builder.fail(
                .malformed, String(message.prefix { !$0.isNewline }.prefix(200)),
                line: Int(clamping: error.pointee.line),
                column: Int(clamping: error.pointee.int2))
        }
        return handler
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> TreeBuilder? {
        context.map { Unmanaged<TreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }
}
