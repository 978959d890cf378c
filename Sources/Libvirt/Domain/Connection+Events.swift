import CLibvirt

extension Connection {
    /// Events of this host's domains from now on (`virConnectDomainEventRegisterAny`).
    ///
    /// The registration ends with the stream: when the loop over it ends or its task is cancelled. The stream ends when
    /// the connection is closed here or found dead. A reader that is slower than the host loses the oldest events, so
    /// an event is a reason to check the state, not a record.
    /// - Parameter buffer: maximum number of events in the stream's buffer.
    public func lifecycleEvents(buffer: Int = 256) async throws(LibvirtError) -> AsyncStream<DomainEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DomainEvent.self, bufferingPolicy: .bufferingNewest(max(1, buffer)))
        let handle = try held("virConnectDomainEventRegisterAny")
        let id = try await perform("virConnectDomainEventRegisterAny") { connection throws(LibvirtError) in
            let sink = Unmanaged.passRetained(EventSink(continuation))
            let id = clibvirt_register_lifecycle(
                connection, onLifecycle, sink.toOpaque(),
                { sink in if let sink { Unmanaged<EventSink>.fromOpaque(sink).release() } })
            guard id >= 0 else {
                let error = LibvirtError.last("virConnectDomainEventRegisterAny")
                sink.release()
                throw error
            }
            handle.keep(event: id)
            return id
        }
        let watch = Task { [closed] in
            if await closed.wait() != nil { continuation.finish() }
        }
        continuation.onTermination = { [weak self] _ in
            watch.cancel()
            // When the connection is closed, its handle has ended the registration.
            guard let handle = try? self?.held("virConnectDomainEventDeregisterAny"), let lane = self?.lane else {
                return
            }
            Task {
                _ = try? await Call.run("virConnectDomainEventDeregisterAny", in: lane, deadline: nil) {
                    handle.drop(event: id)
                }
            }
        }
        return stream
    }
}

/// Holds the stream for the C callback. libvirt frees it with the registration.
private final class EventSink: Sendable {
    let continuation: AsyncStream<DomainEvent>.Continuation

    init(_ continuation: AsyncStream<DomainEvent>.Continuation) {
        self.continuation = continuation
    }

    deinit {
        continuation.finish()
    }
}

/// Runs on the event loop's thread and must not block.
private let onLifecycle: virConnectDomainEventCallback = { _, domain, event, detail, sink in
    guard let sink, let event = DomainEvent(domain, event: event, detail: detail) else { return 0 }
    Unmanaged<EventSink>.fromOpaque(sink).takeUnretainedValue().continuation.yield(event)
    return 0
}
