internal import VMSAPI

extension FieldDescription {
    /// Type, unit, limits and occurrence of the field, in words.
    func words(default standard: String? = nil) -> String {
        var words = [typeWords]
        if let range { words.append("from \(range.lowerBound) to \(range.upperBound)") }
        if let maxLength { words.append("at most \(maxLength) characters") }
        switch occurrence {
        case .required: words.append(allowsEmpty ? "required, may be empty" : "required")
        case .optional: if let standard { words.append("\(standard) if left out") }
        case .repeated: words.append(countWords)
        }
        if !aliases.isEmpty { words.append("also spelt \(aliases.joined(separator: ", "))") }
        return words.joined(separator: "; ")
    }

    private var typeWords: String {
        switch kind {
        case .message(let message): return "structure \(message.name)"
        case .scalar(let kind):
            if let words = kind.enumeration { return "one of \(words.values.joined(separator: ", "))" }
            switch kind.xsd {
            case "int", "long": return unit.map { "number in \($0)" } ?? "number"
            case "boolean": return "true or false"
            case "dateTime": return "date and time"
            case "base64Binary": return "base64"
            default: return "text"
            }
        }
    }

    private var countWords: String {
        switch (minItems, maxItems) {
        case (0, nil): "any number"
        case (0, let most?): "up to \(most)"
        case (let least, nil): "at least \(least)"
        case (let least, let most?): "\(least) to \(most)"
        }
    }
}
