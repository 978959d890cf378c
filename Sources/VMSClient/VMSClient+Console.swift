internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
public import VMSAPI

/// What a console that is followed reports.
public enum ConsoleUpdate: Sendable, Equatable {
    case bytes([UInt8])
    case event(ConsoleEvent)
}

extension VMSClient {
    /// Follows a machine's console, also when the machine moves, and when the connection to the server is lost: the
    /// server keeps the newest 256 KiB, and reports what is missing.
    ///
    /// - Parameters:
    ///   - place: `start`, `end`, or a position.
    ///   - patience: how many times in a row the server may be unreachable, once a second.
    ///   - report: receives the updates, in order.
    /// - Throws: ``VMSClientError``; what `report` throws. It never returns: cancel the task, or throw, to end it.
    public func followConsole(
        of machine: String, from place: String = "end", patience: Int = 60,
        _ report: (ConsoleUpdate) async throws -> Void
    ) async throws {
        var (place, failures) = (place, 0)
        while true {
            do {
                var stream = try await ConsoleStream(of: machine, from: place, self)
                failures = 0
                while let event = try await stream.next() {
                    if let update = try stream.update(event) { try await report(update) }
                    place = event.id ?? place
                }
                // The server stops, or the machine does not exist any more; the next attempt shows it.
                failures += 1
                if failures > patience { throw VMSClientError.interrupted(server: server, why: "it ends the console") }
            } catch let error as VMSClientError where error.isTransient && failures < patience {
                failures += 1
            }
            try await Task.sleep(for: failures > 1 ? .seconds(1) : .milliseconds(250))
        }
    }

    /// Types on a machine's console.
    ///
    /// - Parameters:
    ///   - writer: tells this program from others of the same user.
    ///   - sequence: number of the message: a repeated one is not typed twice.
    ///   - takesOver: whether another program that types loses the console.
    /// - Throws: ``VMSClientError``; `machineBusy` as a fault while another program types.
    public func type(
        _ bytes: [UInt8], on machine: String, as writer: String, sequence: Int64,
        takesOver: Bool = false
    ) async throws {
        var message = HTTPClientRequest(url: url(ofConsole: machine, takesOver ? [("takeOver", "true")] : []))
        message.method = .POST
        message.headers.add(name: "Content-Type", value: "application/octet-stream")
        message.headers.add(name: "Console-Writer", value: writer)
        message.headers.add(name: "Console-Sequence", value: "\(sequence)")
        message.body = .bytes(bytes)
        let answer = try await send(message, within: .seconds(30))
        if answer.status != 204 { _ = try answer.content(from: server) }
    }

    fileprivate func url(ofConsole machine: String, _ parameters: [(String, String)]) -> String {
        let query = parameters.map { "\($0)=\(ServerAddress.percentEncoded($1[...]))" }.joined(separator: "&")
        return "\(base)/v1/machines/\(ServerAddress.percentEncoded(machine[...]))/console"
            + (query.isEmpty ? "" : "?\(query)")
    }
}

/// One connection to a console.
private struct ConsoleStream {
    private let server: String
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var events: ServerEvents
    /// Events that have arrived, the last one first.
    private var arrived: [ServerEvents.Event] = []

    init(of machine: String, from place: String, _ client: VMSClient) async throws {
        var message = HTTPClientRequest(url: client.url(ofConsole: machine, [("from", place)]))
        message.headers.add(name: "Accept", value: "text/event-stream")
        let response = try await client.follow(message)
        server = client.server
        guard response.status == .ok, response.headers.first(name: "Content-Type") == "text/event-stream" else {
            let answer = try await client.collect(response)
            _ = try answer.content(from: server)
            throw VMSClientError.notVMS(server: server, what: "no console")
        }
        body = response.body.makeAsyncIterator()
        events = ServerEvents(from: server)
    }

    /// The next event; `nil` at the end of the answer.
    ///
    /// - Throws: ``VMSClientError``.
    mutating func next() async throws -> ServerEvents.Event? {
        while arrived.isEmpty {
            let piece: ByteBuffer?
            do {
                piece = try await body.next()
            } catch {
                try Task.checkCancellation()
                throw VMSClientError(transport: error, server: server)
            }
            guard let piece else { return nil }
            arrived = try events.take(piece.readableBytesView).reversed()
        }
        return arrived.popLast()
    }

    /// The update of an event; `nil` for an event of a later version.
    func update(_ event: ServerEvents.Event) throws -> ConsoleUpdate? {
        if event.name == "bytes" {
            guard let bytes = Data(base64Encoded: event.data) else {
                throw VMSClientError.notVMS(server: server, what: "bytes of a console that are not base64")
            }
            return .bytes(Array(bytes))
        }
        guard ConsoleEventKind(rawValue: event.name) != nil else { return nil }
        guard let value = try? JSONReader.value(of: Array(event.data.utf8)), let told = try? ConsoleEvent(wire: value)
        else { throw VMSClientError.notVMS(server: server, what: "an invalid event of a console") }
        return .event(told)
    }
}
