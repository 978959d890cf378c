/// A document that is being parsed while its bytes come in. For one task at a time.
package struct XMLFeed: ~Copyable {
    private let limits: XMLParser.Limits
    private let builder: TreeBuilder
    private var decoder: XMLDecoder
    private var scan: XMLScan
    /// UTF-8 that libxml2 has not seen yet.
    private var block: [UInt8] = []
    private var received = 0
    private var pushed = 0
    private var failure: XMLError?

    init(
        limits: XMLParser.Limits, processingInstructions: XMLParser.ProcessingInstructions, encoding: String?
    ) {
        self.limits = limits
        builder = TreeBuilder(limits: limits, processingInstructions: processingInstructions)
        decoder = XMLDecoder(encoding: encoding)
        scan = XMLScan(tagLimit: limits.tag)
    }

    /// Takes the next bytes; they may end anywhere, even within a character.
    ///
    /// - Throws: ``XMLError``, as early as it is certain; from then on the same one each time.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
        if let failure { throw failure }
        do {
            try take(bytes)
        } catch {
            failure = error
            throw error
        }
    }

    /// Takes the next bytes; they may end anywhere, even within a character.
    ///
    /// - Throws: ``XMLError``, as early as it is certain; from then on the same one each time.
    package mutating func feed(_ bytes: some Collection<UInt8>) throws(XMLError) {
        // A typed error does not pass through this closure, a result does.
        let outcome = bytes.withContiguousStorageIfAvailable { attempt(UnsafeRawBufferPointer($0)) }
        if let outcome { return try outcome.get() }
        try ContiguousArray(bytes).withUnsafeBytes { attempt($0) }.get()
    }

    /// Ends the document.
    ///
    /// - Throws: ``XMLError``.
    package consuming func finish() throws(XMLError) -> XMLElement {
        if let failure { throw failure }
        let start = block.count
        try decoder.finish(into: &block)
        try inspect(from: start)
        guard scan.hasContent else { throw XMLError(.empty, "there is no document") }
        guard scan.isComplete else {
            throw XMLError(.encoding, "the document ends within a character", line: scan.line, column: scan.column)
        }
        return try builder.finish(block, endsWithTag: scan.endsWithTag)
    }

    private mutating func attempt(_ bytes: UnsafeRawBufferPointer) -> Result<Void, XMLError> {
        do {
            return .success(try feed(bytes))
        } catch {
            return .failure(error)
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
        received += bytes.count
        try checkSize(received)
        let start = block.count
        try decoder.decode(bytes, into: &block)
        try inspect(from: start)
        // libxml2 looks through all it holds whenever something is added to a long section; blocks that double keep
        // that work in proportion to the document.
        if block.count >= max(4096, pushed) { try push() }
    }

    /// Checks what was added to the block.
    private mutating func inspect(from start: Int) throws(XMLError) {
        try checkSize(pushed + block.count)
        var scan = scan
        let fault = block.withUnsafeBufferPointer { scan.fault(in: UnsafeBufferPointer(rebasing: $0[start...])) }
        self.scan = scan
        guard let fault else { return }
        // What libxml2 finds before this place comes first, however the bytes were cut.
        block.removeLast(block.count - start - fault.offset)
        try push()
        throw fault.error
    }

    private mutating func push() throws(XMLError) {
        try builder.push(block)
        pushed += block.count
        block.removeAll(keepingCapacity: true)
    }

    private func checkSize(_ count: Int) throws(XMLError) {
        guard count <= limits.bytes else {
            throw XMLError(.tooLarge, "the document has more than \(limits.bytes) bytes")
        }
    }
}
