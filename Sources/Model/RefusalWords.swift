extension Refusal {
    /// A reason whose subjects stay cases until a face spells them:
    /// `"\(.host) is '\(name)': it is in maintenance"`.
    package struct Words: Sendable, Equatable {
        fileprivate enum Part: Sendable, Equatable {
            case text(String)
            case subject(Subject)
        }

        fileprivate private(set) var parts: [Part] = []

        /// A text without a subject.
        package init(_ text: String) { append(.text(text)) }

        package init(_ several: [Words], separator: String) {
            for (number, words) in several.enumerated() {
                if number > 0 { append(.text(separator)) }
                self += words
            }
        }

        /// The text for a reader, with each subject spelled by `spell`.
        package func spelt(_ spell: (Subject) -> String) -> String {
            parts.map { part in
                switch part {
                case .text(let text): text
                case .subject(let subject): spell(subject)
                }
            }.joined()
        }

        /// The same text about another subject.
        package func replacing(_ subject: Subject, with other: Subject) -> Words {
            var copy = self
            copy.parts = parts.map { $0 == .subject(subject) ? .subject(other) : $0 }
            return copy
        }

        /// The text without `prefix`; unchanged if it does not begin with it.
        package func dropping(prefix: String) -> Words {
            guard case .text(let text) = parts.first, text.hasPrefix(prefix) else { return self }
            var copy = self
            copy.parts[0] = .text(String(text.dropFirst(prefix.count)))
            return copy
        }

        package func contains(_ text: String) -> Bool { description.contains(text) }
        package func hasPrefix(_ text: String) -> Bool { description.hasPrefix(text) }

        /// Adjacent texts are joined, so that equal words compare as equal.
        fileprivate mutating func append(_ part: Part) {
            guard case .text(let text) = part else { return parts.append(part) }
            guard !text.isEmpty else { return }
            guard case .text(let before) = parts.last else { return parts.append(part) }
            parts[parts.count - 1] = .text(before + text)  // fits: there is a last one
        }
    }
}

extension Refusal.Words: CustomStringConvertible {
    /// For the log.
    package var description: String { spelt(\.words) }
}

extension Refusal.Words: ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var words = Refusal.Words("")

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { words.append(.text(literal)) }
        package mutating func appendInterpolation(_ subject: Refusal.Subject) { words.append(.subject(subject)) }
        package mutating func appendInterpolation(_ other: Refusal.Words) { words += other }
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            words.append(.text(value.description))
        }
    }

    package init(stringLiteral text: String) { self.init(text) }
    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.words }

    package static func + (words: Self, more: Self) -> Self {
        var sum = words
        sum += more
        return sum
    }

    package static func + (words: Self, more: String) -> Self { words + Self(more) }

    package static func += (words: inout Self, more: Self) {
        for part in more.parts { words.append(part) }
    }
}

/// Words without a subject are stored as a string; all others as a list of strings and subjects.
extension Refusal.Words: Codable {
    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(text)
        } else {
            self.init("")
            for part in try decoder.singleValueContainer().decode([Part].self) { append(part) }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if parts.contains(where: \.isSubject) {
            try container.encode(parts)
        } else {
            try container.encode(description)
        }
    }
}

extension Refusal.Words.Part: Codable {
    fileprivate var isSubject: Bool { if case .subject = self { true } else { false } }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .subject(try container.decode(Refusal.Subject.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .subject(let subject): try container.encode(subject)
        }
    }
}
