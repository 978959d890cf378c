/// The role that a caller needs for a service, and the object on which it needs it.
///
/// Every service declares its own; a service without one does not compile. The server checks it before it carries out
/// the service, for every face alike.
public struct Access<Request: Service>: Sendable {
    public typealias Name = @Sendable (Request) -> String
    public typealias OptionalName = @Sendable (Request) -> String?

    /// The object on which the role is needed.
    public enum Object: Sendable {
        /// No particular object: the answer contains only what the caller may see.
        case visible
        /// The server, with its hosts, its own images and its users.
        case server
        /// - Parameter isSource: whether the host's field is `sourcePhyServer`, and not `phyServer`.
        case machine(name: Name, host: Name, isSource: Bool = false)
        /// A machine of this server, wherever it is.
        case anyMachine(Name)
        case network(Name)
        /// A network, by a role of the caller's own: what others share with the caller does not suffice.
        case ownNetwork(Name)
        case image(Name)
        case upload(Name)
        case operation(Name)
        /// The team that will own what the service creates; `nil` for the caller's only team.
        case ownerTeam(OptionalName)
        case team(Name)
        /// The network of that name if it exists, and otherwise the team that will own it.
        case networkOrOwnerTeam(OptionalName, OptionalName)
        /// A principal; everyone has all rights on itself.
        case principal(OptionalName)
    }

    public let role: AccessRole
    public let object: Object
    /// Whether the service changes something, so that its calls are in the audit.
    public let changes: Bool

    /// - Parameters:
    ///   - role: the least role.
    ///   - object: the object on which the caller needs it.
    ///   - changes: whether the service changes something; by default, if viewers may not call it.
    public init(_ role: AccessRole, on object: Object, changes: Bool? = nil) {
        (self.role, self.object, self.changes) = (role, object, changes ?? (role != .viewer))
    }
}

extension Access {
    /// The object in words, for the contract and its table in docs/access.md.
    public var place: String {
        switch object {
        case .visible: "what the caller may see"
        case .server: "the server"
        case .machine, .anyMachine: "the machine"
        case .network: "the network"
        case .ownNetwork: "the network, without shares"
        case .image: "the image"
        case .upload: "the upload's team"
        case .operation: "the operation's object"
        case .ownerTeam: "the owner team"
        case .team: "the team"
        case .networkOrOwnerTeam: "the network, or the owner team"
        case .principal: "the server, or the caller itself"
        }
    }
}
