/// Parses a document while its bytes arrive. For one task at a time.
package struct XMLFeed: ~Copyable {
    private let limits: XMLParser.Limits
    private let builder: TreeBuilder
    private var decoder: XMLDecoder
    private var scan: XMLScan
    /// UTF-8 bytes that were not yet passed to libxml2.
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

    /// Takes the next bytes, which may end anywhere, even within a character.
    ///
    /// - Throws: ``XMLError`` as soon as an error is certain; the same error for every later call.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
        if let failure { throw failure }
        do {
            try take(bytes)
        } catch {
            failure = error
            throw error
        }
    }

    /// Takes the next bytes, which may end anywhere, even within a character.
    ///
    /// - Throws: ``XMLError`` as soon as an error is certain; the same error for every later call.
    package mutating func feed(_ bytes: some Collection<UInt8>) throws(XMLError) {
        // The closure cannot rethrow a typed error, but it can return a result.
        let outcome = bytes.withContiguousStorageIfAvailable { attempt(UnsafeRawBufferPointer($0)) }
        if let outcome { return try outcome.get() }
        try ContiguousArray(bytes).withUnsafeBytes { attempt($0) }.get()
    }

    /// Ends the document and returns its root.
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
        // Whenever bytes are added to a long section, libxml2 searches all bytes that it holds. Blocks of doubling size
        // keep that work proportional to the document.
        if block.count >= max(4096, pushed) { try push() }
    }

    /// Checks the bytes that were added to the block.
    private mutating func inspect(from start: Int) throws(XMLError) {
        try checkSize(pushed + block.count)
        var scan = scan
        let fault = block.withUnsafeBufferPointer { scan.fault(in: UnsafeBufferPointer(rebasing: $0[start...])) }
        self.scan = scan
        guard let fault else { return }
        // Errors that libxml2 finds before this place come first, wherever the bytes were split.
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
