import Foundation
import Logging
import Model
import Storage
import Synchronization
import Testing

/// A folder for a test's files, removed with this object.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/data/vms.sqlite" }

    func store(keptOperations: Int = 10_000) throws -> SQLStore {
        try SQLStore.open(at: database, keptOperations: keptOperations, now: { moment(7) })
    }

    func write(_ content: [UInt8], to name: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }
}

func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + seconds) }

func host(_ name: String = "h1", addresses: [String]? = nil, uri: String? = nil) -> Model.Host {
    Model.Host(
        name: name, hostKey: "ssh-ed25519 AAAA", addresses: addresses ?? ["\(name).lab"], uri: uri, memoryMiB: 1024)
}

func machine(
    _ name: String = "r1", on host: String = "h1", address: String? = "10.0.0.1/24", id: String? = nil
) throws -> Machine {
    Machine(
        id: MachineID(id ?? "id-\(name)"), name: name, host: host, asked: .running,
        address: try address.map { try InterfaceAddress($0, subject: .address) }, mac: MACAddress("52:54:00:00:00:01"),
        bridge: "br0", memoryMiB: 128, vcpus: 1, image: "ipv4-rip", note: "Zürich \"1\" <&> \u{1F600}",
        created: moment(1), volumes: [VolumeName(pool: "default", name: "vms-\(name).iso")], adopted: false,
        bootSeconds: 120, startedAt: moment(2.5))
}

func operation(
    _ id: String, _ machine: String = "r1", on host: String = "h1", steps: Int = 2, atBegin: [RecordChange] = [],
    onSuccess: [RecordChange] = [], recovery: Plan.Recovery = .undo, memory: [MemoryNeed] = [],
    started: Date = moment(0)
) -> Model.Operation {
    operation(
        id, .machine(name: machine, host: host),
        StagedSteps(shutdowns(steps, of: machine), on: StorageTests.host(host)),
        atBegin: atBegin, onSuccess: onSuccess, recovery: recovery, memory: memory, started: started)
}

func operation(
    _ id: String, _ subject: Plan.Subject, _ work: StagedSteps, atBegin: [RecordChange] = [],
    onSuccess: [RecordChange] = [], recovery: Plan.Recovery = .undo, memory: [MemoryNeed] = [],
    started: Date = moment(0)
) -> Model.Operation {
    let plan = Plan(
        service: "createVirtualMachine", subject: subject, work, recovery: recovery, atBegin: atBegin,
        onSuccess: onSuccess, memory: memory)
    return Operation(id: OperationID(id), plan: plan, started: started)
}

func shutdowns(_ count: Int, of machine: String = "r1") -> [Step] {
    let reference = MachineReference(id: MachineID("id-\(machine)"), name: machine)
    return (0..<count).map { Step.shutdownMachine(reference, seconds: $0) }
}

extension SQLStore {
    /// Advances an operation as the runner does.
    func write(_ entries: JournalEntry..., to operation: inout Model.Operation) async throws {
        for entry in entries {
            try operation.apply(entry, at: moment(9))
            try await record([entry], of: operation, operation.changes(with: entry, at: moment(9)))
        }
    }
}

/// The refusal that a body throws.
func refusal(_ body: () async throws -> Void) async throws -> Refusal {
    do {
        try await body()
    } catch let refusal as Refusal {
        return refusal
    }
    throw NotRefused()
}

struct NotRefused: Error {}

/// Collects log messages.
struct LogLines: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    final class Lines: Sendable {
        private let text = Mutex<[String]>([])
        func append(_ line: String) { text.withLock { $0.append(line) } }
        var all: [String] { text.withLock { $0 } }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.message)") }
}

extension SQLStore {
    /// Begins an operation of the server's own.
    func begin(_ operation: Model.Operation, _ entries: [JournalEntry]) async throws(Refusal) {
        try await begin(operation, entries, isLimited: false)
    }
}
