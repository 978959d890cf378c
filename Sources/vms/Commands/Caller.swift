internal import VMSAPI
internal import VMSClient

/// Calls one service and prints its answer.
struct Caller {
    let settings: Settings
    let console: Console

    /// - Parameter follows: whether to call a service that takes `async` with it, and follow the operation.
    func call(_ service: any Service.Type, _ request: WireValue, follows: Bool) async throws {
        let members = request.members ?? []
        let isAsync = members.contains { $0.name == "async" && $0.value == .bool(true) }
        let canFollow = service.requestDescription.fields.contains { $0.name == "async" }
        let isFollowed = follows && canFollow && !members.contains { $0.name == "async" }
        try await withClient { client in
            let sent: WireValue = isFollowed ? .object(members + [.init("async", .bool(true))]) : request
            let answer = try await client.call(
                name: service.name, sent, root: service.root, within: Self.deadline(service, request))
            let id = answer.members?.first { $0.name == "operation" }?.value.text
            // A warning comes before the answer, and on standard error.
            if !settings.isJSON, let warning = answer.members?.first(where: { $0.name == "warning" })?.value.text {
                console.errors("warning: \(warning.visible)\n")
            }
            if isFollowed, let id {
                let operation = try await follow(id, with: client)
                // The lists `stays` and `lost` came with the id; the operation does not have them.
                if Self.hasRemains(answer) { return show(answer, service.responseDescription) }
                return try await show(operation, of: service, notes: Self.notes(of: answer), with: client)
            }
            if isAsync, let id, !settings.isJSON { return console.output(id.visible + "\n") }
            if service is PlanVirtualNetwork.Type, !settings.isJSON, !settings.isCSV,
                let plan = try? PlanVirtualNetworkResponse(wire: answer)
            {
                return console.output(NetworkPlanText(plan: plan, layout: console.layout).text)
            }
            show(answer, service.responseDescription)
        }
    }

    /// The deadline for an answer of a service that only reads, with the time it may wait for an event.
    private static func deadline(_ service: any Service.Type, _ request: WireValue) -> Duration? {
        guard ["get", "list", "sanity"].contains(where: service.name.hasPrefix) else { return nil }
        let wait = request.members?.first { $0.name == "wait" }?.value.text.flatMap { Int64($0) } ?? 0
        return .seconds(120 + min(max(wait, 0), 3600))
    }

    /// Requests a plan and prints only the differences.
    ///
    /// - Throws: ``DifferencesFound``, `VMSClientError`.
    func differences(_ request: WireValue) async throws {
        try await withClient { client in
            let answer = try await client.call(name: PlanVirtualNetwork.name, request)
            let plan = try PlanVirtualNetworkResponse(wire: answer)
            if settings.isJSON || settings.isCSV {
                show(answer, PlanVirtualNetworkResponse.description)
            } else {
                console.output(NetworkPlanText(plan: plan, layout: console.layout).differences)
            }
            if !plan.isSettled { throw DifferencesFound() }
        }
    }

    private static func hasRemains(_ answer: WireValue) -> Bool {
        (answer.members ?? []).contains { member in
            guard ["stays", "lost"].contains(member.name), case .array(let items) = member.value else { return false }
            return !items.isEmpty
        }
    }

    /// The notes, which came with the id; the operation does not have them.
    private static func notes(of answer: WireValue) -> [WireValue.Member] {
        (answer.members ?? []).filter { $0.name == "note" }
    }

    /// Follows an operation and prints its last state.
    func watch(_ operation: String) async throws {
        try await withClient { client in show(try await follow(operation, with: client)) }
    }

    /// Follows an operation to its end.
    ///
    /// - Throws: ``OperationFailure`` after its output, ``Interruption``, ``LostOperation``, `VMSClientError`.
    private func follow(_ id: String, with client: VMSClient) async throws -> Operation {
        let last: Operation?
        do {
            last = try await watched(id, with: client)
        } catch let error as VMSClientError {
            // The operation may continue whatever the error is, unless there is no operation of that id.
            if case .fault(let fault) = error, fault.code == "operationNotFound" { throw error }
            throw LostOperation(operation: id, reason: error)
        }
        guard let last else { throw CancellationError() }
        guard last.state == .succeeded else {
            show(last)
            throw OperationFailure(operation: last)
        }
        return last
    }

    private func watched(_ id: String, with client: VMSClient) async throws -> Operation? {
        try await InterruptSignal.racing {
            var display = ProgressDisplay(console, isRequested: settings.wantsProgress)
            defer { display.clear() }
            var last: Operation?
            for try await operation in client.watch(operation: id) {
                display.show(operation)
                last = operation
            }
            return last
        } interrupted: {
            if console.errorsAreTerminal { console.errors("\n") }
            return Interruption(operation: id)
        }
    }

    private func show(_ operation: Operation) {
        var response = GetOperationResponse()
        response.operation = operation
        show(response.wireValue, GetOperationResponse.description)
    }

    /// Shows the machine or network that an operation made, as the service itself answers a caller that waits. For
    /// other services, and where the server does not have it any more, it shows the operation.
    private func show(
        _ operation: Operation, of service: any Service.Type, notes: [WireValue.Member], with client: VMSClient
    ) async throws {
        guard let result = try? await OperationResult(of: operation, by: service, client: client) else {
            return show(operation)
        }
        let answer = WireValue.object((result.answer.members ?? []).filter { $0.name != "note" } + notes)
        // A person who waited does not need the id of an operation that is over.
        let shown = settings.isJSON ? answer : .object((answer.members ?? []).filter { $0.name != "operation" })
        show(shown, result.description)
    }

    /// Sends an image and prints the server's record of it.
    func addImage(_ folder: String) async throws {
        let isOn = settings.wantsProgress || console.errorsAreTerminal
        let lines = TransferDisplay(console)
        try await withClient { client in
            let image = try await client.addImage(folder: folder) { sent, total in
                if isOn { lines.show(sent, of: total) }
            }
            lines.clear()
            var response = GetImageResponse()
            response.image = image
            show(response.wireValue, GetImageResponse.description)
        }
    }

    /// Requests the topology and shows it.
    func topology(as form: TopologyForm) async throws {
        try await withClient { client in
            let topology = try await client.call(TopologyDiscover())
            guard !settings.isJSON else { return show(topology.wireValue, TopologyDiscoverResponse.description) }
            switch form {
            case .text: console.output(TopologyText(layout: console.layout).text(topology))
            case .dot: console.output(TopologyDrawing(topology: topology).text)
            case .svg(let file): try await Graphviz().svg(of: TopologyDrawing(topology: topology).text, to: file)
            }
        }
    }

    private func show(_ answer: WireValue, _ description: MessageDescription) {
        if settings.isJSON {
            console.output((console.outputIsTerminal ? JSONText.pretty(answer) : JSONText.line(answer)) + "\n")
        } else if settings.isCSV {
            let text = CSVText(answer: answer, description: description, isForTerminal: console.outputIsTerminal)
            console.output(text.text)
        } else {
            console.output(ResponseText(layout: console.layout).text(answer, description))
        }
    }

    func withClient(_ body: (VMSClient) async throws -> Void) async throws {
        let target = try settings.target()
        let client = try VMSClient(server: target.server, token: target.token, authority: target.authority)
        do { try await body(client) } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}
