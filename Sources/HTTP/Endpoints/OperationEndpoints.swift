internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var operationEndpoints: [Endpoint] {
        [
            Endpoint(GetOperation.self) { request throws(Refusal) in
                let entry = try await operations.operation(request.operation)
                var response = GetOperationResponse()
                response.operation = VMSAPI.Operation(entry)
                return response
            },
            Endpoint(CancelOperation.self) { request throws(Refusal) in
                try await operations.cancel(request.operation)
                return CancelOperationResponse()
            },
            Endpoint(ResolveOperation.self) { request throws(Refusal) in
                let entry = try await operations.resolve(request.operation, retry: request.resolution == .retry)
                var response = ResolveOperationResponse()
                response.operation = VMSAPI.Operation(entry)
                return response
            },
        ]
    }

    var operationListEndpoints: [Endpoint] {
        [
            Endpoint(ListOperations.self) { (request, caller) throws(Refusal) in
                var query = try request.query()
                query.limit = query.limit ?? 50
                if let state = request.state { query.terms.append(.init(key: "state", value: state.rawValue)) }
                let page = try await acting(for: caller).operations.list(query)
                var response = ListOperationsResponse()
                response.operation = page.rows.map(VMSAPI.Operation.init)
                // A request without paging gets only the newest operations, as before paging existed.
                if request.isPaged { response.setPaging(page) }
                return response
            }
        ]
    }
}

extension VMSAPI.Operation {
    init(_ entry: OperationBook.Entry) {
        self.init()
        let operation = entry.operation
        id = operation.id.text
        service = operation.service
        state = OperationState(rawValue: operation.state.rawValue) ?? .stuck
        switch operation.subject {
        case .machine(let name, let host): (vmName, phyServer) = (name, host)
        case .network(let name): networkName = name
        case .host(let name): phyServer = name
        }
        step = operation.step
        done = Int32(clamping: operation.done)
        total = Int32(clamping: operation.total)
        bytesDone = entry.progress?.bytes?.done
        bytesTotal = entry.progress?.bytes?.total
        compressed = entry.progress?.bytes?.isCompressed
        sender = entry.progress?.bytes?.sender
        bytesPerSecond = entry.progress?.bytesPerSecond
        if let copying = entry.progress?.copying {
            bytesLeft = copying.remaining
            bytesPerSecond = copying.bytesPerSecond
            dirtiedBytesPerSecond = copying.dirtiedBytesPerSecond
            expectedDowntimeMs = copying.expectedDowntimeMilliseconds
            passes = copying.passes.map { Int32(clamping: $0) }
        }
        moved = (entry.outcome?.moves ?? []).map(MovedMachine.init)
        started = operation.started
        ended = operation.ended
        code = operation.refusal?.code.rawValue
        reason = operation.refusal?.reason.onWire
    }
}
