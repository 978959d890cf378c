internal import VMSAPI

/// The help of a short command, derived from its service's fields.
enum VerbHelp {
    static func usage(of verb: Verb) -> String {
        let positions = verb.positions.compactMap { name in verb.fields.first { $0.name == name } }.map { field in
            let word = "<\(field.name.kebab)>" + (field.occurrence == .repeated ? "…" : "")
            return field.occurrence == .optional ? "[\(word)]" : word
        }
        let options = verb.fields.contains { !verb.positions.contains($0.name) } ? ["[options]"] : []
        let usage = (["vms"] + verb.path + positions + options).joined(separator: " ")
        return verb.readsTopology
            ? usage + "\n       " + (["vms"] + verb.path + ["FILE"]).joined(separator: " ") : usage
    }

    /// The arguments and options with type, unit and limits.
    static func details(of verb: Verb) -> String {
        let defaults = verb.inside == nil ? verb.service.defaults : [:]
        let lines = verb.fields.map { field in
            let isPosition = verb.positions.contains(field.name)
            let label = isPosition ? "<\(field.name.kebab)>" : option(field)
            let text = "\(field.documentation) [\(field.words(default: defaults[field.name]))]"
            return (isPosition, HelpText.entry(label, text, indent: 2, column: 28))
        }
        let arguments = lines.filter(\.0).map(\.1).joined()
        let options = lines.filter { !$0.0 }.map(\.1).joined()
        return (arguments.isEmpty ? "" : "ARGUMENTS (or options of the same name)\n" + arguments)
            + (arguments.isEmpty || options.isEmpty ? "" : "\n") + (options.isEmpty ? "" : "OPTIONS\n" + options)
    }

    static func text(of verb: Verb) -> String {
        let details = details(of: verb)
        let abstract = HelpText.wrapped(verb.abstract, to: HelpText.width).map { $0 + "\n" }.joined()
        return abstract + "\nUSAGE: \(usage(of: verb))\n" + (details.isEmpty ? "" : "\n" + details)
            + "\n" + HelpText.wrapped(common(verb), to: HelpText.width).map { $0 + "\n" }.joined()
    }

    private static func common(_ verb: Verb) -> String {
        let file = verb.fields.isEmpty ? "" : "An option's value @FILE stands for the text of that file. "
        let follow =
            verb.way == .follow
            ? "The operation is followed to its end, with a progress line on a terminal or with --progress; "
                + "--async prints its id immediately instead. " : ""
        let topology =
            verb.readsTopology
            ? "A word that ends in .yaml, .yml or .json or has a slash, or -, is a file that describes the network "
                + "(examples/README.md). " : ""
        return topology + follow + file + "--server, --json, --csv, --progress as for vms."
    }

    private static func option(_ field: FieldDescription) -> String {
        let name = "--" + field.name.kebab
        guard case .scalar(let kind) = field.kind else {
            guard case .message(let structure) = field.kind, let pair = structure.pairWords else { return name }
            return "\(name) \(pair)"
        }
        if field.isFlag { return "\(name), --no-\(field.name.kebab)" }
        if let words = kind.enumeration { return "\(name) \(words.values.joined(separator: "|"))" }
        return "\(name) \(field.unit ?? (["integer", "number"].contains(kind.json) ? "N" : "TEXT"))"
    }
}
