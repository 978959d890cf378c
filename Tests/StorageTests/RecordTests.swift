import Foundation
import Model
import Storage
import Testing

@Suite("Records")
struct RecordTests {
    let folder: Folder
    let store: SQLStore

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    @Test("every change reads back, immediately and after the file is reopened")
    func roundTrip() async throws {
        let (h1, h2) = (host("h1"), host("h2", addresses: ["10.9.0.2", "fd00::2"], uri: "test:///default"))
        let (r1, r2) = (try machine("r1"), try machine("r2", address: nil))
        let image = ImageOnHost(
            host: "h1", digest: Digest("aa"), volume: VolumeName(pool: "default", name: "vms-image-aa"))
        try await store.apply([.insertHost(h2), .insertHost(h1), .insertMachine(r2), .insertMachine(r1)])
        try await store.apply([.imageIsOnHost(image)])
        var expected = Fleet(hosts: [h1, h2], machines: [r1, r2], imagesOnHosts: [image])
        try await expect(expected)

        var moved = image
        moved.volume.pool = "fast"
        try await store.apply([.imageIsOnHost(moved), .setAsked(r1.id, .off, startedAt: nil)])
        expected.put(moved)
        expected.change(r1.id) { ($0.asked, $0.startedAt) = (.off, nil) }
        try await expect(expected)

        try await store.apply([.imageLeftHost(host: "h1", image.digest), .removeMachine(r1.id), .removeHost("h2")])
        try await expect(Fleet(hosts: [h1], machines: [r2], imagesOnHosts: []))
    }

    @Test("A limit drops the newest or the oldest events; the others are listed oldest first")
    func events() async throws {
        try await store.note(
            (1...5).map {
                HostEvent(.hostUp, host: $0 == 4 ? "h2" : "h1", words: "\($0)", time: Date(timeIntervalSince1970: 0))
            })
        func words(after: Int64 = 0, _ host: String? = nil, newest: Bool) async throws -> [String] {
            try await store.events(after: after, host: host, limit: 2, newest: newest).map(\.words)
        }
        #expect(try await words(newest: false) == ["1", "2"])
        #expect(try await words(newest: true) == ["4", "5"])
        #expect(try await words("h1", newest: true) == ["3", "5"])
        #expect(try await words(after: 4, newest: true) == ["5"])
    }

    private func expect(_ fleet: Fleet, _ at: SourceLocation = #_sourceLocation) async throws {
        #expect(try await store.fleet() == fleet, sourceLocation: at)
        let copy = try Folder()
        try copyDatabase(of: folder, to: copy)
        #expect(try await copy.store().fleet() == fleet, sourceLocation: at)
    }

    @Test("a host's images are removed with it, and removing or changing a missing record does nothing")
    func removal() async throws {
        let image = ImageOnHost(host: "h1", digest: Digest("aa"), volume: VolumeName(pool: "p", name: "v"))
        try await store.apply([.insertHost(host()), .imageIsOnHost(image), .removeHost("h1")])
        try await expect(Fleet(hosts: [], machines: [], imagesOnHosts: []))
        try await store.apply([
            .removeHost("h9"), .removeMachine(MachineID("m9")), .setAsked(MachineID("m9"), .off, startedAt: nil),
            .imageLeftHost(host: "h9", Digest("bb")),
        ])
        // The host's addresses are free again.
        try await store.apply([.insertHost(host("h2", addresses: ["h1.lab"]))])
    }

    @Test("changes are applied all or not at all")
    func atomic() async throws {
        try await store.apply([.insertHost(host())])
        let before = try await store.fleet()
        let found = try await refusal {
            try await store.apply([.insertMachine(try machine()), .insertHost(host())])
        }
        #expect(found.code == .hostNameTaken)
        try await expect(before)
    }

    @Test("each violated constraint is a refusal that names field and value")
    func constraints() async throws {
        try await store.apply([
            .insertHost(host("h1", uri: "test:///a")), .insertHost(host("h2")), .insertMachine(try machine()),
        ])
        let cases: [(RecordChange, Refusal.Code, subject: Refusal.Subject, value: String, words: String)] = [
            (.insertHost(host("h1", addresses: [])), .hostNameTaken, .hostName, "h1", "registered already"),
            (
                .insertHost(host("h3", addresses: ["x", "h2.lab"])), .hostAddressTaken, .hostAddress, "h2.lab",
                "host h2 has it already"
            ),
            (
                .insertHost(host("h3", uri: "test:///a")), .hostAddressTaken, .uri, "test:///a",
                "host h1 has it already"
            ),
            (
                .insertMachine(try machine("r1", on: "h2", address: "10.0.0.2", id: "x")), .machineNameTaken,
                .machineName,
                "r1", "host h1 has a machine of that name"
            ),
            // The prefix length does not make it another address.
            (
                .insertMachine(try machine("r2", on: "h2", address: "10.0.0.1/16")), .addressTaken, .address,
                "10.0.0.1/16", "machine r1 on h1 has that address"
            ),
            (
                .insertMachine(try machine("r2", address: "10.0.0.2", id: "id-r1")), .invalidValue, .machineID, "id-r1",
                "machine r1 on h1"
            ),
            (
                .insertMachine(try machine("r2", on: "h9", address: "10.0.0.2")), .hostNotRegistered, .host,
                "h9", "not registered"
            ),
            (
                .imageIsOnHost(.init(host: "h9", digest: Digest("a"), volume: .init(pool: "p", name: "v"))),
                .hostNotRegistered, .host, "h9", "not registered"
            ),
            (.removeHost("h1"), .hostInUse, .hostName, "h1", "it carries r1"),
        ]
        let before = try await store.fleet()
        for (change, code, subject, value, words) in cases {
            let found = try await refusal { try await store.apply([change]) }
            #expect(found.code == code)
            #expect(found.subject == subject)
            #expect(found.value == value)
            #expect(found.reason.hasPrefix("\(subject.words) is '\(value)': "))
            #expect(found.reason.contains(words))
        }
        try await expect(before)
    }

    @Test("machines without an address do not conflict")
    func noAddress() async throws {
        try await store.apply([
            .insertHost(host()), .insertMachine(try machine("r1", address: nil)),
            .insertMachine(try machine("r2", address: nil)),
        ])
        #expect(try await store.fleet().machines.count == 2)
    }

    @Test("a thousand machines", .timeLimit(.minutes(5)))
    func many() async throws {
        try await store.apply([.insertHost(host())])
        for index in 1...1000 {
            let address = "10.0.\(index / 250).\(index % 250 + 1)/16"
            try await store.apply([.insertMachine(try machine("r\(index)", address: address))])
        }
        let fleet = try await store.fleet()
        #expect(fleet.machines.count == 1000)
        #expect(fleet.machines.map(\.name) == fleet.machines.map(\.name).sorted())
        try await expect(fleet)
    }
}

/// Copies the files in their current state, as a crash would leave them; an open store keeps running.
func copyDatabase(of folder: Folder, to other: Folder) throws {
    try FileManager.default.createDirectory(atPath: other.path + "/data", withIntermediateDirectories: true)
    for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: folder.database + suffix, toPath: other.database + suffix)
    }
}
