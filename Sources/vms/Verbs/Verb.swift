internal import VMSAPI

/// One of the short commands, such as `vms vm create`: a service, and how its fields are given.
///
/// Options and their help are not declared here: they are the service's fields. `Verb.all` has all of them.
struct Verb: Sendable {
    enum Way: Sendable {
        /// Call the service and print its response.
        case plain
        /// Send it away and follow its operation.
        case follow
        /// Print only the differences; the exit status tells whether there are any.
        case differences
        /// Follow the operation that the service asks about.
        case watch
    }

    /// The words of the command, the noun first: `["vm", "create"]`.
    let path: [String]
    let service: any Service.Type
    /// Fields that are given without a name, in this order; the last takes all words that are left where it is
    /// repeated.
    let positions: [String]
    /// The structure whose fields the options are, where the request is only a list of those.
    let inside: String?
    /// Fields that have no option.
    let hidden: Set<String>
    let way: Way
    /// Whether the first word may name a topology file, which then stands for all fields but `async`, `plan` and
    /// `abandon`.
    let readsTopology: Bool
    /// Values of fields that the command line does not give.
    let standing: [Assignment]
    /// The field that, where it is given, leaves out ``standing``.
    let standingUnless: String?
    /// The line of help, where the service's documentation does not fit.
    let about: String?

    /// - Parameters:
    ///   - command: the words behind `vms`, such as `vm create`.
    ///   - positions: fields that are given without a name.
    init(
        _ command: String, _ service: any Service.Type, _ positions: String..., inside: String? = nil,
        hidden: Set<String> = [], way: Way = .plain, readsTopology: Bool = false, standing: [Assignment] = [],
        standingUnless: String? = nil, about: String? = nil
    ) {
        path = command.split(separator: " ").map(String.init)
        self.service = service
        self.positions = positions
        self.inside = inside
        self.hidden = hidden
        self.way = way
        self.readsTopology = readsTopology
        self.standing = standing
        self.standingUnless = standingUnless
        self.about = about
    }

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
