internal import FoundationEssentials

/// Reads the wire values of one field and enforces the field's limits.
struct FieldReader: Sendable {
    let description: FieldDescription

    /// The one value, or `nil` if none was sent and none is needed.
    ///
    /// A missing value, `xsi:nil` and, for an optional field, the empty text all count as not sent. A `neverEmpty`
    /// field without a value was refused before, so none of these counts there.
    func single(_ values: [WireValue], at path: String) throws(FieldError) -> WireValue? {
        let sent = values.filter { $0 != .null }.map(trimmed)
        guard sent.count <= 1 else {
            throw FieldError(.duplicateField, field: path, expected: "was sent \(sent.count) times; send it once")
        }
        guard let value = sent.first else {
            guard description.occurrence != .required else {
                throw FieldError(.missingField, field: path, expected: "is missing; \(expectation)")
            }
            return nil
        }
        if value == .string("") || value == .bytes([]), !description.allowsEmpty {
            guard description.occurrence == .required || description.isNeverEmpty else { return nil }
            throw FieldError(.emptyField, field: path, value: "", expected: expectation)
        }
        return value
    }

    func scalar<Value: WireScalar>(_ values: [WireValue], at path: String) throws(FieldError) -> Value? {
        guard let value = try single(values, at: path) else { return nil }
        return try one(value, at: path)
    }

    func list<Value>(
        _ values: [WireValue], at path: String, _ each: (WireValue, String) throws(FieldError) -> Value
    ) throws(FieldError) -> [Value] {
        let items = values.flatMap(description.unwrapped).filter { $0 != .null }
        if let most = description.maxItems, items.count > most {
            throw FieldError(.tooMany, field: path, expected: "was sent \(items.count) times; \(most) is the most")
        }
        if items.count < description.minItems {
            throw FieldError(
                .missingField, field: path, expected: "must be sent at least \(description.minItems) times")
        }
        var result: [Value] = []
        result.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { result.append(try each(item, "\(path)[\(index)]")) }
        return result
    }

    func one<Value: WireScalar>(_ value: WireValue, at path: String) throws(FieldError) -> Value {
        if case .bytes(let bytes) = value { return try attached(bytes, at: path) }
        guard let text = trimmed(value).text else {
            throw FieldError(.invalidValue, field: path, expected: "\(expectation), not a structure")
        }
        if let most = description.maxLength, text.unicodeScalars.count > most {
            throw FieldError(.tooLong, field: path, value: text, expected: "must have at most \(most) characters")
        }
        guard let result = Value(wire: text) else {
            throw FieldError(.invalidValue, field: path, value: text, expected: Value.remedy(for: text) ?? expectation)
        }
        if let range = description.range, !range.contains(number: text.trimmedXMLSpace) {
            throw FieldError(.outOfRange, field: path, value: text, expected: expectation)
        }
        return result
    }

    private func attached<Value: WireScalar>(_ bytes: [UInt8], at path: String) throws(FieldError) -> Value {
        guard let value = Data(bytes) as? Value else {
            throw FieldError(.invalidValue, field: path, expected: "\(expectation), not an attachment")
        }
        // The limit counts characters of base64.
        if let most = description.maxLength, (bytes.count + 2) / 3 * 4 > most {
            throw FieldError(.tooLong, field: path, expected: "must have at most \(most / 4 * 3) bytes")
        }
        return value
    }

    /// The text without surrounding white space, as XML Schema collapses it in an `xs:token`.
    private func trimmed(_ value: WireValue) -> WireValue {
        guard case .string(let text) = value, !description.isVerbatim else { return value }
        return .string(text.trimmedXMLSpace)
    }

    /// The allowed values in words: type, range and unit.
    var expectation: String {
        let unit = description.unit.map { " \($0)" } ?? ""
        if let range = description.range { return "must be from \(range.lowerBound) to \(range.upperBound)\(unit)" }
        switch description.kind {
        case .scalar(let kind):
            guard kind.xsd == "string", kind.enumeration == nil, !description.allowsEmpty else {
                return kind.expected + unit
            }
            return "must be text that is not empty"
        case .message: return "must be a structure"
        }
    }
}
