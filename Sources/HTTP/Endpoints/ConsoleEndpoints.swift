internal import Control
internal import FoundationEssentials
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var consoleEndpoints: [Endpoint] {
        [
            Endpoint(ReadConsole.self) { (request, caller) throws(Refusal) in
                guard let place = ConsolePlace(request.from) else {
                    throw Refusal(
                        .invalidValue, .field("from"),
                        "from is '\(request.from.shown)': must be start, end, or next of an answer",
                        value: request.from.shown)
                }
                let excerpt = try await consoles.acting(for: caller).read(
                    request.vmName, from: place, within: .seconds(Int64(clamping: request.wait)),
                    until: request.until.map { Array($0.utf8) })
                return ReadConsoleResponse(excerpt, of: request)
            },
            Endpoint(SendConsole.self) { (request, caller) throws(Refusal) in
                let bytes: [UInt8]
                switch (request.text, request.data) {
                // A terminal's Enter key sends a carriage return.
                case (let text?, nil): bytes = text.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: "\r") : $0 }
                case (nil, let data?): bytes = Array(data)
                case (nil, nil):
                    throw Refusal(.missingField, .field("text"), "text is missing: give text or data")
                case (_?, _?):
                    throw Refusal(.invalidValue, .field("data"), "data is given as well as text: give one of them")
                }
                try await consoles.acting(for: caller).send(
                    bytes, to: request.vmName, as: caller.rights.principal.name, key: SendConsole.name, sequence: nil,
                    takesOver: request.takeOver ?? false)
                return SendConsoleResponse()
            },
        ]
    }
}

extension ReadConsoleResponse {
    fileprivate init(_ excerpt: Consoles.Excerpt, of request: ReadConsole) {
        self.init()
        let bytes = excerpt.pieces.flatMap(\.bytes)
        if request.raw ?? false { data = Data(bytes) } else { text = ConsoleText(bytes).text }
        next = excerpt.next
        found = request.until.isEmpty ? nil : excerpt.isFound
        note = excerpt.pieces.compactMap { piece in
            if case .note(let note) = piece.content { ConsoleEvent(note) } else { nil }
        }
    }
}

extension ConsoleEvent {
    init(_ note: ConsoleNote) {
        self.init()
        switch note {
        case .opened(let host): (kind, phyServer) = (.opened, host)
        case .moved(let from, let to): (kind, self.from, phyServer) = (.moved, from, to)
        case .gap(let bytes): (kind, self.bytes) = (.gap, bytes)
        case .closed(let host, let reason): (kind, phyServer, self.reason) = (.closed, host, reason.shown)
        case .writer(let user): (kind, self.user) = (.writer, user)
        }
    }
}
