internal import Dispatch
internal import FoundationEssentials
internal import Synchronization

/// The stored form of model values: JSON, times in seconds since 1970.
///
/// Rows outlive the program that wrote them: a field that is added to a value later must be optional or have a default
/// when it is decoded.
enum StoredText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.dateEncodingStrategy = .secondsSince1970
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// Decodes many texts on all processors: nearly all of the time that a server with many machines needs to start.
    ///
    /// - Returns: the values in the order of the texts.
    static func decode<Value: Decodable & Sendable>(all texts: [String], as type: Value.Type = Value.self) throws
        -> [Value]
    {
        let size = 1000
        let parts = Mutex<[Int: Result<[Value], any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: (texts.count + size - 1) / size) { index in
            let part = Result { try texts[(index * size)...].prefix(size).map { try decode($0, as: type) } }
            parts.withLock { $0[index] = part }
        }
        return try parts.withLock { parts in try parts.sorted { $0.key < $1.key }.flatMap { try $0.value.get() } }
    }
}
