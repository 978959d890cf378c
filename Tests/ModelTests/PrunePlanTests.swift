import FoundationEssentials
import Testing

@testable import Model

/// Copies that are removed, and the reasons why others stay.
@Suite("Unused copies of images")
struct PrunePlanTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let host = Host(name: "h1", hostKey: nil, addresses: ["a"], uri: nil, memoryMiB: nil)
    private static func digest(_ letter: Character) -> Digest { Digest(String(repeating: letter, count: 64)) }

    private static func volume(_ letter: Character) -> VolumeName {
        VolumeName(pool: "default", name: "vms-image-\(digest(letter).text)")
    }

    /// A copy of 10 bytes.
    private static func copy(_ letter: Character, writtenDaysAgo days: Double? = 50, uses: [String] = [])
        -> ObservedCopy
    {
        ObservedCopy(
            volume: volume(letter), bytes: 10, written: days.map { now.addingTimeInterval(-$0 * 86_400) }, uses: uses)
    }

    private static func record(_ letter: Character, usedDaysAgo days: Double?) -> ImageOnHost {
        ImageOnHost(
            host: "h1", digest: digest(letter), volume: volume(letter),
            lastUsed: days.map { now.addingTimeInterval(-$0 * 86_400) })
    }

    private func prune(
        _ observed: [ObservedCopy], records: [ImageOnHost], machines: [Machine] = [], unfinished: [Model.Operation] = []
    ) -> PrunePlan {
        var pool = HostSurvey.Pool(name: "default", path: "/pool", available: 5)
        pool.capacity = 100
        return PrunePlan(
            host: Self.host, fleet: Fleet(hosts: [Self.host], machines: machines, imagesOnHosts: records),
            images: [image],
            unfinished: unfinished.map { UnfinishedOperation($0) }, observed: observed, pools: [pool], now: Self.now)
    }

    private var image: Image {
        Image(
            name: "router", version: "1", os: "x", arch: "x86_64", kernelVersion: "6", stacks: [], note: nil,
            boot: .disk,
            disk: .init(digest: Self.digest("a"), size: 10), diskFormat: .raw, diskCapacity: 10, minimumMemoryMiB: 1,
            bootSeconds: 1, takesSeed: false)
    }

    private func machine(files: [Digest], on host: String = "h1") -> Machine {
        var machine = Machine(
            id: MachineID("m"), name: "r1", host: host, asked: .running, address: nil, mac: nil, bridge: nil,
            memoryMiB: 1,
            vcpus: 1, image: "router", note: nil, created: Self.now, volumes: [], adopted: false, bootSeconds: 1)
        machine.imageFiles = files
        return machine
    }

    private func leaving(_ prunePlan: PrunePlan, days: Int? = 30, percent: Int? = nil) -> [String] {
        prunePlan.verdicts(.init(unusedDays: days, roomPercent: percent)).filter(\.leaves).map {
            String($0.digest.text.prefix(1))
        }
    }

    private func why(_ prunePlan: PrunePlan, days: Int? = 0) -> [String] {
        prunePlan.verdicts(.init(unusedDays: days, roomPercent: nil)).map {
            "\($0.leaves ? "leaves" : "stays"): \($0.why)"
        }
    }

    @Test("by age: on the day itself, not before; without a record, age counts from the time of writing")
    func age() {
        let prunePlan = prune(
            ["a", "b", "c", "d"].map { Self.copy($0) },
            records: [
                Self.record("a", usedDaysAgo: 30), Self.record("b", usedDaysAgo: 29.9),
                Self.record("c", usedDaysAgo: 400),
                Self.record("d", usedDaysAgo: nil),
            ])
        #expect(leaving(prunePlan) == ["a", "c", "d"])
        #expect(leaving(prunePlan, days: 31) == ["c", "d"])
        #expect(leaving(prunePlan, days: nil) == [])
        #expect(leaving(prunePlan, days: 0) == ["a", "b", "c", "d"])
    }

    @Test("by free space: the longest unused first, and no more than needed")
    func room() {
        let prunePlan = prune(
            ["a", "b", "c"].map { Self.copy($0) },
            records: [
                Self.record("a", usedDaysAgo: 1), Self.record("b", usedDaysAgo: 3), Self.record("c", usedDaysAgo: 2),
            ])
        #expect(leaving(prunePlan, days: nil, percent: 5) == [], "5 of 100 bytes are free")
        #expect(leaving(prunePlan, days: nil, percent: 15) == ["b"])
        #expect(leaving(prunePlan, days: nil, percent: 16) == ["b", "c"])
        #expect(leaving(prunePlan, days: 3, percent: 15) == ["b"], "copies removed by age count")
        #expect(leaving(prunePlan, days: nil, percent: 90) == ["a", "b", "c"])
    }

    @Test("a used copy stays at any age, with its user as the reason")
    func used() throws {
        let file = Self.digest("a")
        func reasons(_ uses: [String] = [], _ machines: [Machine] = [], _ unfinished: [Model.Operation] = [])
            -> [String]
        {
            why(
                prune(
                    [Self.copy("a", uses: uses)], records: [Self.record("a", usedDaysAgo: 900)], machines: machines,
                    unfinished: unfinished))
        }
        #expect(reasons() == ["leaves: unused for 900 days"])
        #expect(reasons(["volume mine.qcow2 uses it"]) == ["stays: volume mine.qcow2 uses it"])
        #expect(reasons([], [machine(files: [file])]) == ["stays: machine 'r1' is made from it"])
        #expect(reasons([], [machine(files: [Self.digest("b")])]) == ["leaves: unused for 900 days"])
        #expect(reasons([], [machine(files: [file], on: "h2")]) == ["leaves: unused for 900 days"])
        let send = Step.sendImage(
            SendImage(image: "router", file: .init(digest: file, size: 10), volume: Self.volume("a")))
        #expect(reasons([], [], [operation(send)]) == ["stays: operation o1 (createVirtualMachine) needs it"])
        let disk = Step.createDisk(
            CreateDisk(
                volume: VolumeName(pool: "default", name: "d"), format: .qcow2, capacity: 10,
                backing: .init(path: "/pool/\(Self.volume("a").name)", format: .raw)))
        #expect(reasons([], [], [operation(disk)]) == ["stays: operation o1 (createVirtualMachine) needs it"])
        let sweeping = Step.sweepImages([PrunedCopy(digest: file, volume: Self.volume("a"), record: nil)])
        #expect(reasons([], [], [operation(sweeping)]) == ["leaves: unused for 900 days"])
    }

    private func operation(_ step: Step) -> Model.Operation {
        Operation(
            id: OperationID("o1"),
            plan: Plan(
                service: "createVirtualMachine", subject: .machine(name: "r1", host: Self.host.name),
                StagedSteps([step], on: Self.host), recovery: .undo),
            started: Self.now)
    }

    @Test("a copy without a record is removed only if its name is complete, and after a day")
    func strangers() {
        let odd = ObservedCopy(
            volume: VolumeName(pool: "default", name: "vms-image-empty.img"), bytes: 1,
            written: Date(timeIntervalSince1970: 0),
            uses: [])
        let found = [
            Self.copy("a", writtenDaysAgo: 1.1), Self.copy("b", writtenDaysAgo: 0.9),
            Self.copy("c", writtenDaysAgo: nil), odd,
        ]
        #expect(
            why(prune(found, records: [])) == [
                "leaves: not recorded", "stays: not recorded, but written within a day",
                "stays: not recorded, and its age is unknown",
            ])
    }

    @Test("the record of a missing copy is removed; an inactive pool proves nothing")
    func missing() {
        var elsewhere = Self.record("b", usedDaysAgo: 900)
        elsewhere.volume.pool = "off"
        let prunePlan = prune([], records: [Self.record("a", usedDaysAgo: 1), elsewhere])
        #expect(why(prunePlan, days: 30) == ["leaves: the host does not have it any more"])
    }

    @Test("a record names one version of its image")
    func versions() {
        var other = image
        other.version = "2"
        var record = machine(files: [])
        record.imageVersion = "2"
        #expect(!record.isMade(from: image) && record.isMade(from: other))
        record.image = "switch"
        #expect(!record.isMade(from: other))
    }

    @Test("one plan with one step; none if nothing is removed")
    func plan() {
        let prunePlan = prune([Self.copy("a")], records: [Self.record("a", usedDaysAgo: 40)])
        let plan = prunePlan.plan(prunePlan.verdicts(.init(unusedDays: 30, roomPercent: nil)))
        let record = Self.record("a", usedDaysAgo: 40)
        #expect(
            plan?.steps == [.sweepImages([PrunedCopy(digest: record.digest, volume: record.volume, record: record)])])
        #expect(plan?.recovery == .resume && plan?.subject == .host(name: Self.host.name))
        #expect(prunePlan.plan(prunePlan.verdicts(.init(unusedDays: 50, roomPercent: nil))) == nil)
    }
}
