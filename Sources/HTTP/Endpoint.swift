package import Control
package import Model
package import VMSAPI

/// One service as the faces call it: a wire value in, a wire value out.
package struct Endpoint: Sendable {
    package let name: String
    let service: any Service.Type
    let documentation: MessageDescription
    let response: MessageDescription
    /// The kind of long work, if the work grows with a network or the whole fleet. Such a call runs on other threads,
    /// so that it delays no other call.
    private(set) var work: LongWork.Kind?
    let call: @Sendable (WireValue, Caller, any AccessControl) async throws(ServiceFailure) -> WireValue

    /// Copies of the endpoint for long work: planning, or an answer that grows with the whole fleet.
    package var planning: Endpoint { working(.planning) }
    package var listing: Endpoint { working(.listing) }

    private func working(_ kind: LongWork.Kind) -> Endpoint {
        var copy = self
        copy.work = kind
        return copy
    }

    /// Creates the endpoint of a service whose answer is the same for all callers that may call it.
    package init<S: Service>(
        _ service: S.Type, _ serve: @escaping @Sendable (S) async throws(Refusal) -> S.Response
    ) {
        self.init(service) { (request, _) async throws(Refusal) in try await serve(request) }
    }

    /// Creates the endpoint of a service. Its call decodes the request, checks that the caller may make it, serves it
    /// and encodes the response.
    ///
    /// - Parameter serve: carries out the service with its own types.
    package init<S: Service>(
        _ service: S.Type, _ serve: @escaping @Sendable (S, Caller) async throws(Refusal) -> S.Response
    ) {
        name = S.name
        self.service = service
        documentation = S.description
        response = S.Response.description
        call = { (value, caller, access) async throws(ServiceFailure) in
            let request: S
            let reason: String?
            do throws(FieldError) {
                request = try S(request: value)
                reason = try S.reason(in: value)
            } catch {
                throw ServiceFailure(error, service: S.name)
            }
            do throws(Refusal) {
                return try await access.carryOut(
                    ServiceCall(request, value, reason), by: caller,
                    result: { answer in
                        let token = answer[path: "token", "token"].map { "token \($0)" }
                        return (answer[path: "operation"], [token].compactMap(\.self))
                    }
                ) { () async throws(Refusal) in try await serve(request, caller).wireValue }
            } catch {
                var failure = ServiceFailure(error)
                failure.fault.service = S.name
                throw failure
            }
        }
    }
}

extension ServiceFailure {
    /// The fault for a refusal.
    package init(_ refusal: Refusal) {
        self.init(FaultCode(refusal.code), reason: refusal.reason.onWire)
        fault.field = refusal.subject?.field
        fault.value = refusal.value
        fault.phyServer = refusal.host
        fault.vmName = refusal.machine
        fault.operation = refusal.operation
    }
}

extension Role {
    init(_ role: AccessRole) {
        self =
            switch role {
            case .viewer: .viewer
            case .user: .user
            case .operator: .operator
            case .admin: .admin
            }
    }
}

extension Permits.Target {
    init<S: Service>(_ object: Access<S>.Object, of request: S) {
        self =
            switch object {
            case .visible: .visible
            case .server: .server
            case .machine(let name, let host, let isSource):
                .machine(name: name(request), host: host(request), isSource: isSource)
            case .anyMachine(let name): .anyMachine(name(request))
            case .network(let name): .network(name(request))
            case .ownNetwork(let name): .ownNetwork(name(request))
            case .image(let name): .image(name(request))
            case .upload(let id): .upload(id(request))
            case .operation(let id): .operation(id(request))
            case .ownerTeam(let name): .ownerTeam(name(request))
            case .team(let name): .team(name(request))
            case .networkOrOwnerTeam(let network, let team):
                .networkOrOwnerTeam(network: network(request), team: team(request))
            case .principal(let name): .principal(name(request))
            }
    }
}

extension ServiceCall {
    /// The fields that name objects, in every service that has them.
    private static let named = [
        "networkName", "vmName", "phyServer", "sourcePhyServer", "destPhyServer", "NodeName", "image", "upload",
        "operation", "user", "team", "token", "resolution", "newName", "tag", "router", "role", "serverRole",
        "noServerRole", "leaveTeam", "disabled", "addCertificateKey", "removeCertificateKey", "days", "until",
        "service",
        "source", "machines", "vcpus", "memory", "disk", "networks", "bandwidth", "operations", "moves", "noLimit",
        "maintenance", "webhook",
    ]
    /// Maximum length of all of them, in UTF-8.
    private static let most = 2048

    init<S: Service>(_ request: S, _ value: WireValue, _ reason: String?) {
        let members = value.members ?? []
        // Lists such as `Node` have their names one level below.
        let nested = members.flatMap { $0.value.flattened.flatMap { $0.members ?? [] } }
        let all = (members + nested).filter { Self.named.contains($0.name) }.prefix(32).flatMap { member in
            member.value.flattened.prefix(32).compactMap { $0.text.map { "\(member.name) \($0.shown)" } }
        }
        var room = Self.most
        let objects = all.prefix { object in
            room -= object.utf8.count
            return room >= 0
        }
        self.init(
            S.name, needs: Role(S.access.role), on: Permits.Target(S.access.object, of: request),
            changes: S.access.changes, objects: Array(objects), reason: reason)
    }
}

extension WireValue {
    /// The text at a path of names.
    fileprivate subscript(path names: String...) -> String? {
        var value: WireValue? = self
        for name in names { value = value?.members?.first { $0.name == name }?.value }
        return value?.text
    }
}
