internal import VMSAPI

/// The fields of a service's request and response, derived from its description.
enum ServiceHelp {
    static func text(for service: any Service.Type) -> String {
        let request = service.requestDescription
        return service.name + "\n"
            + HelpText.wrapped(request.documentation, to: HelpText.width - 2).map { "  \($0)\n" }.joined()
            + "\nRequest\n" + list(request, defaults: service.defaults)
            + "\nResponse\n" + list(service.responseDescription, isResponse: true)
    }

    private static func list(
        _ message: MessageDescription, place: String = "", defaults: [String: String] = [:], isResponse: Bool = false
    ) -> String {
        if message.fields.isEmpty { return "  no fields\n" }
        return message.fields.map { field in
            let words = isResponse ? field.answerWords : field.words(default: defaults[field.name])
            var text = HelpText.entry(place + field.name, field.documentation, indent: 2, column: 26)
            text += HelpText.entry("", "[\(words)]", indent: 0, column: 26)
            if case .message(let inner) = field.kind {
                text += list(inner, place: "\(place)\(field.name).", isResponse: isResponse)
            }
            return text
        }.joined()
    }
}

extension FieldDescription {
    /// The field's words in an answer, without limits and other spellings.
    fileprivate var answerWords: String {
        var bare = self
        bare.range = nil
        bare.maxLength = nil
        bare.aliases = []
        bare.minItems = 0
        bare.maxItems = nil
        switch bare.occurrence {
        case .required:
            bare.occurrence = .optional
            return bare.words()
        case .optional: return bare.words() + "; may be missing"
        case .repeated: return bare.words()
        }
    }
}
