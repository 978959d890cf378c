internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import VMSAPI

/// Events as server-sent events: `GET /v1/events` for those of hosts, machines and networks,
/// `GET /v1/operations/ID/events` for an operation.
struct EventFace: Sendable {
    /// What a path leads to.
    enum Place: Sendable, Equatable {
        case all
        case operation(String)
    }

    private static let root = "/v1/operations/"
    private static let end = "/events"

    let context: ControlContext
    let access: any AccessControl
    let guardian: BrowserGuard

    static func place(of path: String) -> Place? {
        if path == "/v1/events" { return .all }
        guard path.hasPrefix(root), path.hasSuffix(end), path.utf8.count > root.utf8.count + end.utf8.count else {
            return nil
        }
        return PathSegment.decoded(path.dropFirst(root.count).dropLast(end.count)).map { .operation($0) }
    }

    /// Answers a request.
    ///
    /// - Parameter caller: finds the caller, also later, when its credential may have been revoked.
    func answer(
        _ place: Place, _ request: Request, _ method: HTTPRequest.Method, _ context: CallContext,
        by caller: @escaping CallerCheck.Find
    ) async throws(Unacceptable) -> Response {
        guard method == .get else { throw Unacceptable(method: "GET, HEAD") }
        try guardian.checkReading(request, context)
        return switch place {
        case .all: await followAll(request, by: caller)
        case .operation(let id): await follow(operation: id, request, by: caller)
        }
    }

    private func followAll(_ request: Request, by caller: @escaping CallerCheck.Find) async -> Response {
        do throws(Refusal) {
            let (after, filter) = (try Self.number(request), try Self.filter(request))
            let call = ServiceCall(GetEvents.name, needs: .viewer, on: .visible, changes: false)
            let by = try await caller()
            let feed = EventFeed(context.acting(for: by), after: after, filter)
            try await access.carryOut(call, by: by, result: { _ in (nil, []) }) { () async throws(Refusal) in
                try await feed.begin()
            }
            let check = try CallerCheck(access, call, by: by, caller)
            return EventStream.response(stop: { feed.stop() }) { stream in
                var check = check
                try await stream.send(id: "\(feed.last)")
                while var items = try await feed.next(within: EventStream.pause) {
                    if let now = try await check.pass() { items = try await feed.act(for: now, items) }
                    if items.isEmpty { try await stream.comment() }
                    for item in items {
                        switch item {
                        case .reset(let number):
                            try await stream.send(
                                "reset", id: "\(number)", .object([.init("last", .number("\(number)"))]))
                        case .event(let event):
                            let wire = VMSAPI.Event(event)
                            try await stream.send(wire.kind.rawValue, id: "\(event.number)", wire.wireValue)
                        }
                    }
                }
            }
        } catch {
            return ServiceFailure.problem(error, of: GetEvents.name, to: request)
        }
    }

    private func follow(
        operation id: String, _ request: Request, by caller: @escaping CallerCheck.Find
    ) async -> Response {
        do throws(Refusal) {
            let call = ServiceCall(GetOperation.name, needs: .viewer, on: .operation(id), changes: false)
            let feed = OperationFeed(context, id)
            let by = try await caller()
            // An unknown operation is refused, and not an empty stream.
            let first = try await access.carryOut(call, by: by, result: { _ in (nil, []) }) {
                () async throws(Refusal) in try await feed.next(within: EventStream.pause)
            }
            let check = try CallerCheck(access, call, by: by, caller)
            return EventStream.response(stop: { feed.stop() }) { stream in
                var (check, state) = (check, first)
                while true {
                    switch state {
                    case .changed(let entry): try await stream.send("operation", VMSAPI.Operation(entry).wireValue)
                    case .unchanged: try await stream.comment()
                    case .over: return
                    }
                    state = try await feed.next(within: EventStream.pause)
                    try await check.pass()
                }
            }
        } catch {
            return ServiceFailure.problem(error, of: GetOperation.name, to: request)
        }
    }

    /// The number of the last event that the reader knows.
    private static func number(_ request: Request) throws(Refusal) -> Int64? {
        guard let text = request.headers[.lastEventID] ?? request.query("after") else { return nil }
        guard let number = Int64(told: text, in: 0...Int64.max) else {
            throw Refusal(
                .invalidValue, .field("after"), "after is '\(text.shown)': must be the number of an event",
                value: text.shown)
        }
        return number
    }

    private static func filter(_ request: Request) throws(Refusal) -> EventFilter {
        var filter = EventFilter()
        filter.host = request.query("phyServer")
        filter.network = request.query("networkName")
        filter.machine = request.query("vmName")
        for text in request.query("kind")?.split(separator: ",") ?? [] {
            guard let kind = HostEvent.Kind(rawValue: String(text)) else {
                let known = HostEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Refusal(
                    .invalidValue, .field("kind"), "kind is '\(String(text).shown)': must be some of \(known)",
                    value: String(text).shown)
            }
            filter.kinds.insert(kind)
        }
        return filter
    }
}
