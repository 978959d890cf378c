internal import VMSAPI

/// One of the short commands, such as `vms vm create`: a service, and how its fields are given.
///
/// Options and their help are not declared here: they are the service's fields.
struct Verb: Sendable {
    enum Way: Sendable {
        /// Call the service and print its response.
        case plain
        /// Send it away and follow its operation.
        case follow
        /// Print only what differs, and end with a status that tells whether something does.
        case differences
        /// Follow the operation that the service asks about.
        case watch
    }

    var path: [String]
    var service: any Service.Type
    /// Fields that are given without a name, in this order; the last takes all that is left where it is repeated.
    var positions: [String] = []
    /// The structure whose fields the options are, where the request is only a list of those.
    var inside: String?
    /// Fields no option is made of.
    var hidden: Set<String> = []
    var way = Way.plain
    /// Whether its first word may name a topology file, which stands for all fields but `async`, `plan` and `abandon` then.
    var readsTopology = false
    /// What is asked for where the caller says nothing of it.
    var standing: [Assignment] = []
    /// The field that, given, leaves nothing standing.
    var standingUnless: String?
    /// What it does, where the service's own words do not fit.
    var about: String?

    var abstract: String { about ?? service.requestDescription.documentation }

    /// The fields a caller can give.
    var fields: [FieldDescription] {
        let request = service.requestDescription
        guard let inside, let field = request.fields.first(where: { $0.name == inside }),
            case .message(let message) = field.kind
        else { return request.fields.filter { !hidden.contains($0.name) } }
        return message.fields.filter { !hidden.contains($0.name) }
    }

    /// The path of a field in the request.
    func place(of field: String) -> [String] { (inside.map { [$0] } ?? []) + [field] }
}

/// A type that stands for a ``Verb``, because the argument parser knows its commands by type.
protocol VerbName: Sendable {
    static var verb: Verb { get }
}
