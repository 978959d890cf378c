internal import VMSAPI
internal import XML

/// Turns the body of an envelope into the tree that services read, with attachments where they belong.
struct PayloadReader {
    var attachments: Attachments

    private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

    /// - Throws: for an attachment that is not there, is referred to twice, or stands where no field is.
    mutating func members(of element: XMLElement) throws(PackageProblem) -> [WireValue.Member] {
        var members: [WireValue.Member] = []
        for child in element.elements {
            guard !Self.isInclude(child) else {
                throw PackageProblem(
                    "xop:Include stands in '\(FieldError.shortened(element.name))' beside other things: must be all that "
                        + "is in a field")
            }
            members.append(WireValue.Member(child.name, try value(of: child)))
        }
        return members
    }

    /// Namespaces of payload elements, `xsi:type` and encoding styles say nothing that the schema does not say.
    private mutating func value(of element: XMLElement) throws(PackageProblem) -> WireValue {
        if let flag = element["nil", namespace: Self.instance], flag == "true" || flag == "1" { return .null }
        let elements = element.elements
        if elements.isEmpty { return .string(element.text) }
        if elements.count == 1, Self.isInclude(elements[0]), element.trimmedText.isEmpty {
            return .bytes(try attachments.take(elements[0]["href"]))
        }
        return .object(try members(of: element))
    }

    private static func isInclude(_ element: XMLElement) -> Bool {
        element.namespace == Attachments.namespace && element.name == "Include"
    }
}
