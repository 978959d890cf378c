internal import VMSAPI

/// A short command, such as `vms vm create`: a service, and the form of its fields on the command line.
///
/// Options and their help are derived from the service's fields. `Verb.all` is the list of all short commands.
struct Verb: Sendable {
    enum Way: Sendable {
        /// Call the service and print its response.
        case plain
        /// Start the service's operation and follow it.
        case follow
        /// Print only the differences; the exit status shows whether there are any.
        case differences
        /// Follow the operation that the request names.
        case watch
    }

    /// The words of the command, the noun first: `["vm", "create"]`.
    let path: [String]
    let service: any Service.Type
    /// Fields that are given without a name, in this order; if the last is repeated, it takes all remaining words.
    let positions: [String]
    /// The structure whose fields are the options, if the request is only a list of such structures.
    let inside: String?
    /// Fields that have no option.
    let hidden: Set<String>
    let way: Way
    /// Whether the first word may name a topology file, which then replaces all fields but `async`, `plan` and
    /// `abandon`.
    let readsTopology: Bool
    /// Default values of fields that are not on the command line.
    let presets: [Assignment]
    /// The field that switches off ``presets`` if it is given.
    let presetsUnless: String?
    /// The line of help, if the service's documentation does not fit.
    let about: String?

    /// - Parameters:
    ///   - command: the words after `vms`, such as `vm create`.
    ///   - positions: fields that are given without a name.
    init(
        _ command: String, _ service: any Service.Type, _ positions: String..., inside: String? = nil,
        hidden: Set<String> = [], way: Way = .plain, readsTopology: Bool = false, presets: [Assignment] = [],
        presetsUnless: String? = nil, about: String? = nil
    ) {
        path = command.split(separator: " ").map(String.init)
        self.service = service
        self.positions = positions
        self.inside = inside
        self.hidden = hidden
        self.way = way
        self.readsTopology = readsTopology
        self.presets = presets
        self.presetsUnless = presetsUnless
        self.about = about
    }

    var abstract: String { about ?? service.requestDescription.documentation }

    /// The fields that a caller can set.
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
