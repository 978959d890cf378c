internal import VMSAPI

/// The content of `GET /v1`: every service with the fields of its request and response, and the structures within them.
struct ServiceIndex {
    private let endpoints: [Endpoint]

    init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

    var value: WireValue {
        let services = endpoints.map { endpoint in
            WireValue.object([
                .init("name", .string(endpoint.name)),
                .init("documentation", .string(endpoint.documentation.documentation)),
                .init("fields", Self.fields(of: endpoint.documentation)),
                .init("response", Self.fields(of: endpoint.response)),
            ])
        }
        let structures = structures.map { message in
            WireValue.object([
                .init("name", .string(message.name)), .init("documentation", .string(message.documentation)),
                .init("fields", Self.fields(of: message)),
            ])
        }
        return .object([.init("services", .array(services)), .init("structures", .array(structures))])
    }

    /// Every structure within a request or a response, once, in the order of first use.
    private var structures: [MessageDescription] {
        var found: [MessageDescription] = []
        var waiting = endpoints.flatMap { [$0.documentation, $0.response] }
        while !waiting.isEmpty {
            for field in waiting.removeFirst().fields {  // fits: it is not empty
                guard case .message(let message) = field.kind, !found.contains(where: { $0.name == message.name })
                else { continue }
                found.append(message)
                waiting.append(message)
            }
        }
        return found
    }

    private static func fields(of message: MessageDescription) -> WireValue { .array(message.fields.map(described)) }

    private static func described(_ field: FieldDescription) -> WireValue {
        var members: [WireValue.Member] = [.init("name", .string(field.name))]
        switch field.kind {
        case .message(let message): members.append(.init("type", .string(message.name)))
        case .scalar(let kind):
            members.append(.init("type", .string(kind.json)))
            if kind.xsd == "dateTime" { members.append(.init("format", .string("date-time"))) }
            if kind.xsd == "base64Binary" { members.append(.init("format", .string("byte"))) }
            if let values = kind.enumeration?.values {
                members.append(.init("values", .array(values.map { .string($0) })))
            }
        }
        members += [
            .init("required", .bool(field.occurrence == .required)),
            .init("repeated", .bool(field.occurrence == .repeated)),
            .init("documentation", .string(field.documentation)),
        ]
        if let unit = field.unit { members.append(.init("unit", .string(unit))) }
        if let range = field.range {
            members.append(.init("minimum", .number(String(range.lowerBound))))
            members.append(.init("maximum", .number(String(range.upperBound))))
        }
        if let length = field.maxLength { members.append(.init("maxLength", .number(String(length)))) }
        if let items = field.maxItems { members.append(.init("maxItems", .number(String(items)))) }
        return .object(members)
    }
}
