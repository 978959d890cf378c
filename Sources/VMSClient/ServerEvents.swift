internal import VMSAPI

/// Reads server-sent events from the bytes of an answer.
struct ServerEvents {
    struct Event: Equatable {
        var name = "message"
        /// `nil` keeps the id of the event before.
        var id: String?
        /// Empty for an event that has only an id.
        var data = ""
    }

    private var line: [UInt8] = []
    private var event = Event()
    private var hasData = false
    private let server: String
    /// Maximum length of a line in bytes: a server that sends more is none of ours.
    private static let longestLine = 1 << 20

    init(from server: String) { self.server = server }

    /// The events that are complete with these bytes.
    ///
    /// - Throws: `notVMS`.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(VMSClientError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                if line.count > Self.longestLine {
                    throw .notVMS(server: server, what: "an event of more than \(Self.longestLine >> 20) MiB")
                }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty {
                if hasData || event.id != nil { events.append(event) }
                (event, hasData) = (Event(), false)
            } else {
                takeField(String(decoding: line, as: UTF8.self))
            }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func takeField(_ line: String) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
        switch parts.first {
        case "event": event.name = value
        case "id": event.id = value
        case "data":
            event.data += hasData ? "\n" + value : value
            hasData = true
        default: break
        }
    }
}
