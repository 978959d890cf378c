import FoundationEssentials
import Testing

@testable import Model

/// Subjects and claims of plans, and the division of their steps.
@Suite("Subjects and lanes of plans")
struct PlanSubjectTests {
    private let reference = MachineReference(id: MachineID("m"), name: "r1")

    private func host(_ name: String) -> Host {
        Host(name: name, hostKey: nil, addresses: [], uri: nil, memoryMiB: nil)
    }

    private func plan(_ subject: Plan.Subject, _ work: StagedSteps) -> Plan {
        Plan(service: "s", subject: subject, work, recovery: .undo)
    }

    private var move: Step {
        .moveMachine(
            MoveMachine(
                machine: reference, source: host("h1"), destination: host("h2"), isLive: true, copiesDisks: true,
                sharesDisks: false, startsWithHost: false, limits: MoveLimits(), flows: [], recordsThere: [],
                recordsBack: []))
    }

    @Test("a plan claims its machine, its host, or its network with all machines")
    func claims() {
        let here = MachineOnHost(host: "h1", machine: "r1")
        let other = MachineOnHost(host: "h2", machine: "r2")
        #expect(plan(.machine(name: "r1", host: "h1"), StagedSteps()).claims == [.machine(here)])
        #expect(plan(.host(name: "h1"), StagedSteps()).claims == [.host(name: "h1")])
        #expect(
            plan(.network(name: "n1", members: [here, other]), StagedSteps()).claims == [
                .network(name: "n1"), .machine(here), .machine(other),
            ])
    }

    @Test("a moving machine is claimed on its source and on its destination")
    func arriving() {
        let there = MachineOnHost(host: "h2", machine: "r1")
        let here = MachineOnHost(host: "h1", machine: "r1")
        let work = StagedSteps([move], on: host("h2"))
        #expect(plan(.machine(name: "r1", host: "h1"), work).claims == [.machine(here), .machine(there)])
        #expect(
            plan(.network(name: "n1", members: [here]), work).claims == [
                .network(name: "n1"), .machine(here), .machine(there),
            ])
    }

    @Test("steps on one host are one lane, in order, and each is reported separately; an empty plan needs no host")
    func oneHost() {
        let made = plan(.host(name: "h1"), StagedSteps([.checkIdle, .stopMachine(reference)], on: host("h1")))
        #expect(made.lanes.map(\.steps) == [0..<2] && made.lanes.map(\.phase) == [.eachStep])
        #expect(made.isWhole && made.stages.map(\.phases) == [[]])
        #expect(made.hostNames == ["h1"])
        let nothing = plan(.host(name: "h1"), StagedSteps([], on: host("h1")))
        #expect(nothing.isWhole && nothing.lanes.isEmpty && nothing.hostNames.isEmpty)
    }

    @Test("only hosts to which an operation sends a version of an image are named")
    func receivers() {
        func image(_ digest: String) -> Image {
            Image(
                name: "ipv4-rip", version: "1", os: "o", arch: "x86_64", kernelVersion: "6.1", stacks: [], note: nil,
                boot: .disk, disk: .init(digest: Digest(digest), size: 30), diskFormat: .qcow2, diskCapacity: 1 << 30,
                minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
        }
        let send = SendImage(
            image: "ipv4-rip", file: .init(digest: Digest("dd"), size: 30), volume: VolumeName(pool: "p", name: "v"))
        var work = StagedSteps()
        work.add(
            "routers", ["h1": [.sendImage(send)], "h2": [.startMachine(reference)], "h3": [.sendImage(send)]],
            on: ["h1", "h2", "h3"].map(host))
        let running = UnfinishedOperation(
            Operation(
                id: OperationID("o"), plan: plan(.network(name: "n1", members: []), work),
                started: Date(timeIntervalSince1970: 0)))
        #expect(running.receivers(of: image("dd")) == ["h1", "h3"])
        #expect(running.receivers(of: image("ee")).isEmpty)
    }
}
