/// What stands inside an element. Text comes in one piece between two elements, CDATA sections and character references
/// resolved; comments and processing instructions leave no trace.
package enum XMLNode: Sendable, Equatable {
    case element(XMLElement)
    case text(String)
}
