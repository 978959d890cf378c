public import VMSAPI

extension VMSClient {
    /// Follows an operation to its end.
    ///
    /// The first element comes immediately, later ones when the state differs. A slow reader may miss progress, but
    /// never the last state. The stream ends after a state that does not change by itself: `succeeded`, `failed` or
    /// `stuck`. A loop that ends early ends the polling, not the operation.
    ///
    /// - Parameters:
    ///   - operation: the operation's id.
    ///   - pace: the interval of polling: its shortest value, and the longest to which it grows while nothing changes.
    ///   - patience: how many times in a row the server may be unreachable (it may be restarting) before the stream
    ///     throws; with the default pace, that is about a minute.
    /// - Returns: a stream that throws ``VMSClientError``.
    public func watch(
        operation: String, every pace: ClosedRange<Duration> = .milliseconds(250)...(.seconds(1)), patience: Int = 60
    ) -> AsyncThrowingStream<Operation, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { stream in
            let polling = Task {
                do {
                    try await follow(operation, every: pace, patience: patience) { stream.yield($0) }
                    stream.finish()
                } catch {
                    stream.finish(throwing: error)
                }
            }
            stream.onTermination = { _ in polling.cancel() }
        }
    }

    private func follow(
        _ id: String, every pace: ClosedRange<Duration>, patience: Int, _ report: (Operation) -> Void
    ) async throws {
        var pause = pace.lowerBound
        var last: Operation?
        var failures = 0
        while true {
            do {
                let now = try await state(of: id)
                failures = 0
                if now != last {
                    report(now)
                    pause = pace.lowerBound
                }
                if now.state.isFinal { return }
                last = now
            } catch let error as VMSClientError where error.isTransient && failures < patience {
                failures += 1
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 1.5, pace.upperBound)
        }
    }

    private func state(of id: String) async throws -> Operation {
        var request = GetOperation()
        request.operation = id
        let answer = try await call(name: GetOperation.name, request.wireValue, within: .seconds(30))
        guard let response = try? GetOperationResponse(wire: answer), let operation = response.operation else {
            throw VMSClientError.notVMS(server: server, what: "an answer to getOperation without an operation")
        }
        return operation
    }
}

extension OperationState {
    /// Whether the operation stays in this state by itself.
    public var isFinal: Bool {
        switch self {
        case .running, .undoing: false
        case .succeeded, .failed, .stuck: true
        }
    }
}
