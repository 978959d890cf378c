extension XMLParser {
    /// Limits on the size of a document.
    package struct Limits: Sendable {
        /// Bytes of the document, both as received and after conversion to UTF-8.
        package var bytes = 16 << 20
        /// Nesting levels of elements.
        package var depth = 64
        package var elements = 100_000
        /// Attributes and namespace declarations of one element.
        package var attributes = 64
        /// Attributes and namespace declarations of the whole document.
        package var allAttributes = 200_000
        /// Namespace declarations in scope at one place. libxml2 searches them linearly for every name.
        package var namespaces = 256
        /// Bytes from `<` to `>`, also of a processing instruction. libxml2 before 2.12 compares the attributes of a
        /// tag pairwise.
        package var tag = 8 << 10
        /// Bytes of one element's own text, in UTF-8.
        package var text = 16 << 20

        package init() {}
    }

    /// How to treat processing instructions. SOAP 1.1 forbids them, but some SOAP clients send them.
    package enum ProcessingInstructions: Sendable { case refuse, ignore }
}
