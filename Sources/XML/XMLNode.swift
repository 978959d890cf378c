/// A child of an element. Text between two elements is one node, with CDATA sections and character references resolved.
/// Comments and processing instructions are dropped.
package enum XMLNode: Sendable, Equatable {
    case element(XMLElement)
    case text(String)
}
