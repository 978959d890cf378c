internal import Control
internal import Crypto
internal import FoundationEssentials
internal import Model
internal import VMSAPI

/// An item for a webhook as it is sent, signed as Standard Webhooks describes
/// (https://github.com/standard-webhooks/standard-webhooks, `spec/standard-webhooks.md`).
struct WebhookMessage {
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    init(_ item: EventItem, key: [UInt8], at time: Date) {
        let id: String
        switch item {
        case .event(let event):
            let wire = VMSAPI.Event(event)
            id = "\(event.number)"
            body = Self.body(wire.kind.rawValue, event.time, wire.wireValue)
        case .reset(let number):
            id = "reset-\(number)"
            body = Self.body("reset", time, .object([.init("last", .number("\(number)"))]))
        }
        let seconds = Int64(nearest: time.timeIntervalSince1970.rounded(.down)) ?? 0
        let signed = Array("\(id).\(seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
        headers = [
            ("content-type", "application/json"), ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", "v1,\(Data(code).base64EncodedString())"),
        ]
    }

    private static func body(_ type: String, _ time: Date, _ data: WireValue) -> [UInt8] {
        JSONWriter.bytes(
            of: .object([.init("type", .string(type)), .init("timestamp", time.wireValue), .init("data", data)]))
    }
}
