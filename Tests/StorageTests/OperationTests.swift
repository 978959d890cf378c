import Foundation
import Model
import Storage
import Testing

@Suite("Operations in the store")
struct OperationTests {
    let folder: Folder
    let store: SQLStore

    init() async throws {
        folder = try Folder()
        store = try folder.store()
        try await store.apply([.insertHost(host())])
    }

    @Test("an operation and its journal read back correctly after each entry")
    func roundTrip() async throws {
        var running = operation("o1", atBegin: [.insertMachine(try machine())])
        try await store.begin(running, [])
        #expect(try await store.operation(running.id) == running)
        #expect(try await store.fleet().machines == [try machine()])
        let failure = Refusal(.timedOut, .host, "\(.host) is 'v': it took too long", detail: "x", value: "v")
        let entries: [JournalEntry] = [
            .began(0), .did(0), .began(1), .failing(failure), .undid(1), .stuck(failure), .retried, .undid(0), .failed,
        ]
        for entry in entries {
            try await store.write(entry, to: &running)
            #expect(try await store.operation(running.id) == running)
        }
        #expect(running.state == .failed)
        #expect(try await store.journal(of: running.id) == entries)
        #expect(try await store.operation(OperationID("o9")) == nil)
    }

    @Test("an entry and its changes are written together or not at all")
    func changesWithEntry() async throws {
        var removal = operation("o1", steps: 0, onSuccess: [.removeMachine(MachineID("id-r1"))])
        try await store.apply([.insertMachine(try machine())])
        try await store.begin(removal, [])
        let began = removal
        let found = try await refusal {
            var ended = began
            try ended.apply(.succeeded, at: moment(1))
            try await store.record([.succeeded], of: ended, [.removeMachine(MachineID("id-r1")), .insertHost(host())])
        }
        #expect(found.code == .hostNameTaken)
        #expect(try await store.operation(began.id) == began)
        #expect(try await store.journal(of: began.id).isEmpty)
        #expect(try await store.fleet().machines.count == 1)
        try await store.write(.succeeded, to: &removal)
        #expect(try await store.fleet().machines.isEmpty)
    }

    @Test("memory that two operations need is given to the first one, and nothing of the other one is recorded")
    func memory() async throws {
        func begun(_ number: Int, on host: String = "h1") throws -> Model.Operation {
            let made = try machine("r\(number)", on: host, address: "10.0.0.\(number)/24")
            let need = MemoryNeed(
                host: host, needed: 128, of: survey(room: 300), in: Fleet(hosts: [], machines: [], imagesOnHosts: []))
            return operation(
                "o\(number)", "r\(number)", on: host, atBegin: [.insertMachine(made)], memory: [need])
        }
        func survey(room: Int64) -> HostSurvey {
            HostSurvey(
                hypervisor: .qemu, hypervisorVersion: "", libvirtVersion: "", hostName: "h", cpuModel: "", cpuMHz: 1,
                cpus: 1,
                coresPerSocket: 1, memoryKiB: 1 << 20, freeMemory: room << 20, arch: "x86_64", domainTypes: [],
                bridges: [],
                pools: [], domains: [], storesVolumes: true, probesAddresses: true)
        }
        try await store.begin(try begun(1), [])
        try await store.begin(try begun(2), [])
        let third = try begun(3)
        let full = try await refusal { try await store.begin(third, []) }
        #expect(full.code == .notEnoughMemory && full.reason.contains("256 MiB meanwhile"))
        #expect(try await store.fleet().machines.map(\.name) == ["r1", "r2"])
        #expect(try await store.operation(third.id) == nil)
        try await store.apply([.removeMachine(MachineID("id-r1"))])
        try await store.begin(third, [])
    }

    @Test("a machine has at most one unfinished operation; another machine or host is free")
    func busy() async throws {
        var first = operation("o1")
        try await store.begin(first, [])
        let second = operation("o2", atBegin: [.insertMachine(try machine("r7"))])
        func refused(_ words: String) async throws {
            let found = try await refusal { try await store.begin(second, []) }
            #expect(found.code == .machineBusy)
            #expect(found.subject == .machineName)
            #expect(found.operation == "o1")
            #expect(found.reason.hasPrefix("machine name is 'r1': createVirtualMachine of this machine is \(words)"))
            #expect(try await store.operation(second.id) == nil)
            #expect(try await store.fleet().machines.isEmpty)
        }
        try await refused("running")
        try await store.begin(operation("o3", "r2"), [])
        try await store.begin(operation("o4", on: "h2"), [])
        let failure = Refusal(.timedOut, "late")
        try await store.write(.began(0), .failing(failure), to: &first)
        try await refused("undoing")
        try await store.write(.stuck(failure), to: &first)
        try await refused("stuck")
        try await store.write(.accepted, to: &first)
        try await store.begin(second, [])
    }

    @Test("a host with an unfinished operation stays registered")
    func hostInUse() async throws {
        var adoption = operation("o1", steps: 0)
        try await store.begin(adoption, [])
        let found = try await refusal { try await store.apply([.removeHost("h1")]) }
        #expect(found.code == .hostInUse)
        #expect(found.operation == "o1")
        try await store.write(.succeeded, to: &adoption)
        try await store.apply([.removeHost("h1")])
    }

    @Test("an id is recorded once, and an entry needs its operation")
    func identity() async throws {
        var first = operation("o1", steps: 0)
        try await store.begin(first, [])
        try await store.write(.succeeded, to: &first)
        let twice = try await refusal { try await store.begin(operation("o1"), []) }
        #expect(twice.code == .storeFailed)
        #expect(twice.reason.contains("'o1' is recorded already"))
        let unknown = try await refusal { try await store.record([.succeeded], of: operation("o9"), []) }
        #expect(unknown.code == .operationNotFound)
    }

    @Test("lists are newest first, by state and up to the limit; interrupted operations are oldest first")
    func listing() async throws {
        let failure = Refusal(.timedOut, "late")
        // All begin at the same time: the order is the order of their begins.
        for index in 1...5 { try await store.begin(operation("o\(index)", "r\(index)"), []) }
        var (two, three, four) = (operation("o2", "r2"), operation("o3", "r3"), operation("o4", "r4"))
        try await store.write(.began(0), .did(0), .began(1), .did(1), .succeeded, to: &two)
        try await store.write(.began(0), .failing(failure), .stuck(failure), to: &three)
        try await store.write(.began(0), .failing(failure), to: &four)
        func listed(_ state: Model.Operation.State?, _ limit: Int = 100) async throws -> [String] {
            try await store.operations(in: state, limit: limit).map(\.id.text)
        }
        #expect(try await listed(nil) == ["o5", "o4", "o3", "o2", "o1"])
        #expect(try await listed(nil, 2) == ["o5", "o4"])
        #expect(try await listed(nil, 0).isEmpty)
        #expect(try await listed(nil, -1).isEmpty)
        #expect(try await listed(.running) == ["o5", "o1"])
        #expect(try await listed(.succeeded) == ["o2"])
        #expect(try await listed(.stuck) == ["o3"])
        #expect(try await store.interrupted().map { try $0.get().id.text } == ["o1", "o4", "o5"])
    }

    @Test("the journal is written in a task that was cancelled")
    func cancelled() async throws {
        try await store.begin(operation("o1"), [])
        let store = store
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            var operation = operation("o1")
            try await store.write(.began(0), to: &operation)
            return try await store.operation(operation.id)?.begun
        }
        task.cancel()
        #expect(try await task.value == 0)
    }

    @Test("with many concurrent writers, each operation and entry is recorded")
    func concurrent() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 1...40 {
                group.addTask {
                    let address = "10.0.1.\(index)"
                    var running = operation(
                        "o\(index)", "r\(index)",
                        atBegin: [.insertMachine(try machine("r\(index)", address: address))])
                    try await store.begin(running, [])
                    try await store.write(.began(0), .did(0), .began(1), .did(1), .succeeded, to: &running)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.operations(in: .succeeded, limit: 100).count == 40)
        #expect(try await store.fleet().machines.count == 40)
        #expect(try await store.journal(of: OperationID("o17")).count == 5)
    }

    @Test("of concurrent begins on one machine, one succeeds")
    func race() async throws {
        let store = store
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 1...10 {
                group.addTask { (try? await store.begin(operation("o\(index)"), [])) != nil }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
    }
}
