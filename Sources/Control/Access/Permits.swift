package import Model

/// Checks whether a caller may do what a service does, on the object that the request names.
///
/// An object that the caller may not see is refused like one that does not exist, with the same words.
package struct Permits: Sendable {
    /// An object by the text of a request.
    package enum Target: Sendable, Equatable {
        case visible
        case server
        /// - Parameter isSource: whether the request names its host as the source of a move.
        case machine(name: String, host: String, isSource: Bool = false)
        /// A machine of ours, wherever it is.
        case anyMachine(String)
        case network(String)
        /// A network, without what others share with the caller.
        case ownNetwork(String)
        case image(String)
        case upload(String)
        case operation(String)
        /// The team that will own the new object; `nil` for the caller's only team.
        case ownerTeam(String?)
        case team(String)
        /// The network of that name if it exists, and otherwise the team that will own it.
        case networkOrOwnerTeam(network: String?, team: String?)
        /// `nil` for the caller itself.
        case principal(String?)
    }

    private let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// - Throws: `notAllowed` for a visible object; the *not found* of its kind for an invisible one.
    package func check(
        _ needed: Role, on target: Target, for service: String, by caller: Caller
    ) async throws(Refusal) {
        let rights = caller.rights
        guard rights.allows(service: service) else {
            throw Refusal(
                .notAllowed, .service, "\(.service) is '\(service)': the token is narrowed to other services")
        }
        switch target {
        case .visible: return
        case .server: try require(needed, rights.role(on: .server), "on the server", service)
        case .principal(let name):
            if name == nil || name == rights.principal.name { return }
            try require(needed, rights.role(on: .server), "on the server", service)
        case .machine(let name, let host, let isSource):
            let fleet = try await with.store.fleet()
            let host = try fleet.host(host, subject: isSource ? .sourceHost : .host)
            try checkMachine(needed, name, host, fleet, service, rights)
        case .anyMachine(let name):
            let machine = try await with.acting(for: caller).machine(named: name)
            let role = rights.role(on: try await with.store.fleet().access(of: machine))
            try require(needed, role, "on machine '\(machine.name)'", service)
        case .network(let name):
            let network = try await network(name, rights)
            try require(needed, rights.role(on: network.access), "on network '\(name.shown)'", service)
        case .ownNetwork(let name):
            let network = try await network(name, rights)
            try require(needed, rights.ownRole(on: network.access), "of your own on network '\(name.shown)'", service)
        case .networkOrOwnerTeam(let name, let team):
            if let name, try await with.store.fleet().network(named: name) != nil {
                return try await check(needed, on: .network(name), for: service, by: caller)
            }
            _ = try await owner(team, needed, service, rights)
        case .ownerTeam(let team): _ = try await owner(team, needed, service, rights)
        case .team(let name):
            let team = try await self.team(name, rights)
            try require(needed, rights.role(on: .init(team: team.id)), "in team '\(team.name)'", service)
        case .image(let name): try await checkImage(needed, name, service, caller)
        case .upload(let id): try await checkUpload(needed, id, service, rights)
        case .operation(let id): try await checkOperation(needed, id, service, rights)
        }
    }

    /// The team of a new network or machine, for a service that the caller may call.
    ///
    /// - Parameter network: a network, which keeps its team if it exists.
    /// - Throws: see ``check(_:on:for:by:)``.
    package func owner(
        _ team: String?, of network: String? = nil, for service: String, by caller: Caller
    ) async throws(Refusal) -> TeamID {
        if let network, let existing = try await with.store.fleet().network(named: network) { return existing.team }
        return try await owner(team, .operator, service, caller.rights)
    }

    /// The team that will own a new object.
    ///
    /// - Parameter name: the caller's choice; `nil` for its only team with the role, or else the standard team.
    /// - Throws: `teamNotFound`, `notAllowed`; `missingField` if the caller has to choose.
    private func owner(
        _ name: String?, _ needed: Role, _ service: String, _ rights: Rights
    ) async throws(Refusal) -> TeamID {
        if let name {
            let team = try await team(name, rights)
            try require(needed, rights.role(on: .init(team: team.id)), "in team '\(team.name)'", service)
            return team.id
        }
        if let role = rights.role(on: .init(team: .standard)), role >= needed { return .standard }
        let teams = rights.teams.filter { rights.role(on: .init(team: $0)).map { $0 >= needed } ?? false }
        guard let only = teams.first else {
            throw Refusal(
                .notAllowed, .service, "\(.service) is '\(service)': it needs the role \(needed.rawValue) in a team")
        }
        guard teams.count == 1 else {
            let records = try await with.store.access()
            let names = teams.compactMap { records.team($0)?.name }.sorted().joined(separator: ", ")
            throw Refusal(.missingField, .team, "\(.team) is missing: choose the team that will own it: \(names)")
        }
        return only
    }

    private func checkMachine(
        _ needed: Role, _ name: String, _ host: Host, _ fleet: Fleet, _ service: String, _ rights: Rights
    ) throws(Refusal) {
        // A machine without a record has no owner: callers with a role on the server see it.
        let object = fleet.machine(name, on: host).map { fleet.access(of: $0) } ?? .server
        guard let role = rights.role(on: object) else {
            throw MachinePlans(host: host, machine: nil, observed: nil, name: name).notFound
        }
        try require(needed, role, "on machine '\(name.shown)'", service)
    }

    private func network(_ name: String, _ rights: Rights) async throws(Refusal) -> VirtualNetwork {
        let fleet = try await with.store.fleet()
        if let network = fleet.network(named: name), rights.role(on: network.access) != nil { return network }
        throw Fleet.networkNotFound(name, among: fleet.networks(visibleTo: rights).map(\.name))
    }

    private func team(_ name: String, _ rights: Rights) async throws(Refusal) -> Team {
        let records = try await with.store.access()
        if let team = records.team(named: name), rights.role(on: .init(team: team.id)) != nil { return team }
        throw Refusal(.teamNotFound, .team, "\(.team) is '\(name.shown)': no such team", value: name.shown)
    }

    private func checkImage(
        _ needed: Role, _ name: String, _ service: String, _ caller: Caller
    ) async throws(Refusal) {
        let rights = caller.rights
        let image = try await with.acting(for: caller).catalogue().image(ImageChoice(name: name))
        let owner = try await with.store.access().owner(of: image)
        // An image of the server itself may be used by everyone, and changed by callers with a role on the server.
        let role = rights.role(on: .init(team: owner)) ?? .viewer
        let needed = needed == .operator ? Role.operator(onImagesOf: owner) : needed
        try require(needed, role, "on image '\(name.shown)'", service)
    }

    private func checkUpload(
        _ needed: Role, _ id: String, _ service: String, _ rights: Rights
    ) async throws(Refusal) {
        let upload = try await with.vault.uploads().first { $0.upload == id }
        guard let upload, let role = rights.role(on: .init(team: upload.team)) else {
            throw Refusal(.uploadNotFound, .upload, "\(.upload) is '\(id.shown)': there is none", value: id.shown)
        }
        try require(needed, role, "on the upload", service)
    }

    private func checkOperation(
        _ needed: Role, _ id: String, _ service: String, _ rights: Rights
    ) async throws(Refusal) {
        guard let operation = try await with.store.summary(of: OperationID(id)),
            let role = rights.role(on: operation.access)
        else {
            throw Refusal(
                .operationNotFound, .operation, "\(.operation) is '\(id.shown)': there is none", value: id.shown)
        }
        try require(needed, role, "on the object of operation '\(id.shown)'", service)
    }

    private func require(_ needed: Role, _ role: Role?, _ place: String, _ service: String) throws(Refusal) {
        if let role, role >= needed { return }
        throw Refusal(
            .notAllowed, .service,
            "\(.service) is '\(service)': it needs the role \(needed.rawValue) \(place); "
                + (role.map { "the caller has \($0.rawValue)" } ?? "the caller has none"))
    }
}

extension Role {
    /// The least role that changes an image: those of the server are an administrator's.
    static func `operator`(onImagesOf owner: TeamID?) -> Role { owner == nil ? .admin : .operator }
}
