import FoundationEssentials
import Simulator
import Testing

@testable import Control
@testable import Model

/// Checks properties of each kind of step that plans and the runner rely on: readable words, idempotent do and undo.
@Suite("Every kind of step") struct StepTests {
    private static let machine = MachineReference(id: MachineID("11111111-2222-3333-4444-555555555555"), name: "r1")
    private static let mac = MACAddress("52:54:00:00:00:01")
    private static let disk = VolumeName(pool: "default", name: "r1.img")
    private static let seed = VolumeName(pool: "default", name: "r1.iso")
    private static let copy = VolumeName(pool: "default", name: "vms-image-aa")
    private static let boot = HostBoot("simulated.1")

    private static func segment(_ host: Int, mtu: Int = 1450) -> Segment {
        Segment(
            network: NetworkID("00000000-0000-0000-0000-00000000aaaa"), networkName: "n1", link: "ab", vni: 4096,
            mtu: mtu, local: IPAddress(bytes: [192, 0, 2, UInt8(host)]),
            peers: [IPAddress(bytes: [192, 0, 2, UInt8(3 - host)])])
    }

    private static func spec(memory: Int64 = 128) -> DomainSpec {
        DomainSpec(
            id: machine.id, name: machine.name, kind: .qemu, arch: "x86_64", memoryMiB: memory, vcpus: 1, boot: .disk,
            disks: [.init(path: "/pool/r1.img", format: .raw, target: "vda", isReadOnly: false)],
            interfaces: [.init(mac: mac, bridge: segment(1).name)], note: nil,
            mark: Mark(machine: machine.id, operation: OperationID("o")))
    }

    private static func address() throws -> AddressProbe {
        AddressProbe(
            machine: machine, bridge: "br0", address: try InterfaceAddress("10.0.0.1/24", subject: .address), mac: mac,
            seconds: 5)
    }

    private static func linkProof() -> LinkProof {
        LinkProof(
            network: "n1", link: "ab", host: "h2", bridge: segment(1).name, mtu: 1450, sourceMAC: mac,
            targets: [.init(router: "r1", host: "h1", mac: mac)], members: [mac], strangers: [],
            medium: .vxlan(vni: 4096), seconds: 5)
    }

    private static func reachProof() throws -> ReachProof {
        let address = IPAddress(bytes: [10, 0, 0, 1])
        return ReachProof(
            network: "n1", link: "ab", host: "h2", bridge: segment(1).name, mtu: 1450,
            source: try InterfaceAddress("10.0.0.9/24", subject: .address), sourceMAC: mac,
            gateway: .init(router: "r1", link: "ab", address: address),
            targets: [.init(router: "r1", link: "ab", address: address)], seconds: 5)
    }

    private static func move() -> MoveMachine {
        MoveMachine(
            machine: machine, source: World.host("h1"), destination: World.host("h2"), isLive: true, copiesDisks: true,
            sharesDisks: false, startsWithHost: false, limits: MoveLimits(), flows: [], recordsThere: [],
            recordsBack: [])
    }

    /// The state of the host before the step.
    private enum Before { case bare, files, off, saved, running, paused }

    private static func example(_ kind: Step.Kind) throws -> (step: Step, before: Before) {
        let file = Image.File(digest: Digest("aa"), size: 10)
        switch kind {
        case .sendImage: return (.sendImage(SendImage(image: "router", file: file, volume: copy)), .bare)
        case .sweepImages:
            return (.sweepImages([PrunedCopy(digest: file.digest, volume: copy, record: nil)]), .files)
        case .createDisk:
            return (.createDisk(CreateDisk(volume: disk, format: .raw, capacity: 1 << 20, backing: nil)), .bare)
        case .writeSeed:
            let content = Seed(instance: machine.id, hostName: "r1", interfaces: [])
            return (.writeSeed(WriteSeed(volume: seed, seed: content)), .bare)
        case .checkAddressFree: return (.checkAddressFree(try address()), .off)
        case .defineMachine: return (.defineMachine(spec()), .files)
        case .startMachine: return (.startMachine(machine), .off)
        case .restoreMachine: return (.restoreMachine(machine), .saved)
        case .dropSavedMemory: return (.dropSavedMemory(machine), .saved)
        case .pauseMachine: return (.pauseMachine(machine), .running)
        case .resumeMachine: return (.resumeMachine(machine), .paused)
        case .proveAddress: return (.proveAddress(try address()), .running)
        case .proveStack:
            let probe = Image.Probe(protocolName: "rip", frames: "udp port 520")
            return (
                .proveStack(StackProbe(machine: machine, bridge: "br0", mac: mac, probe: probe, seconds: 5)), .running
            )
        case .shutdownMachine: return (.shutdownMachine(machine, seconds: 5), .running)
        case .stopMachine: return (.stopMachine(machine), .running)
        case .undefineMachine: return (.undefineMachine(machine), .off)
        case .removeVolume: return (.removeVolume(disk), .files)
        case .setScheduler:
            return (
                .setScheduler(machine, ["cpu_shares": .uint64(9)], previous: ["cpu_shares": .uint64(1024)]), .off
            )
        case .markMachine: return (.markMachine(machine, spec().mark), .off)
        case .makeSegment: return (.makeSegment(segment(1)), .bare)
        case .removeSegment: return (.removeSegment(segment(1)), .files)
        case .reshapeSegment:
            return (
                .reshapeSegment(ReshapeSegment(from: segment(1), to: segment(1, mtu: 1400), machines: [machine])),
                .files
            )
        case .rebuildMachine:
            let change = RebuildMachine(
                shape: .init(spec: spec(memory: 256)), before: .init(spec: spec()), restarts: false)
            return (.rebuildMachine(change), .off)
        case .parkMachine: return (.parkMachine(machine), .running)
        case .moveMachine: return (.moveMachine(move()), .running)
        case .proveLink: return (.proveLink(linkProof()), .running)
        case .proveReach: return (.proveReach(try reachProof()), .running)
        case .checkIdle: return (.checkIdle, .off)
        case .powerOff: return (.powerOff(boot, seconds: 5), .running)
        }
    }

    private func simulator(_ before: Before) -> Simulator {
        let simulator = Simulator(hosts: ["h1", "h2"])
        guard before != .bare else { return simulator }
        for (number, host) in ["h1", "h2"].enumerated() {
            simulator.change(host) { host in
                host.volumes = [Self.disk, Self.seed, Self.copy]
                host.segments[Self.segment(1).name] = Self.segment(number + 1)
            }
        }
        guard before != .files else { return simulator }
        simulator.change("h1") { host in
            let runs = before == .running || before == .paused
            var domain = SimulatedHost.Domain(name: "r1", isRunning: runs, spec: Self.spec())
            if before == .saved { domain.saved = Self.spec() }
            domain.isPaused = before == .paused
            host.domains[Self.machine.id] = domain
        }
        return simulator
    }

    /// The host of the step; a migration is a step of the destination.
    private func host(_ step: Step) -> Host {
        if case .moveMachine(let move) = step { move.destination } else { World.host("h1") }
    }

    private func perform(_ step: Step, _ simulator: Simulator) async throws {
        _ = try await simulator.perform(
            step, of: OperationID("o"), on: host(step), progress: StepProgress(resumesAt: 0))
    }

    private func undo(_ step: Step, _ simulator: Simulator) async throws {
        try await simulator.undo(step, of: OperationID("o"), on: host(step))
    }

    private func hosts(_ simulator: Simulator) -> [SimulatedHost] { ["h1", "h2"].map { simulator.host($0) } }

    @Test("it has a unique name, and words on one line", arguments: Step.Kind.allCases)
    func words(_ kind: Step.Kind) throws {
        let step = try Self.example(kind).step
        #expect(step.kind == kind && step.name == kind.rawValue && !step.name.isEmpty)
        let words = step.words()
        #expect(!words.isEmpty && !words.contains { $0.isNewline } && words.first?.isLowercase == true, "\(words)")
        #expect(try JSONDecoder().decode(Step.self, from: JSONEncoder().encode(step)) == step)
    }

    @Test("doing it twice equals doing it once", arguments: Step.Kind.allCases)
    func twice(_ kind: Step.Kind) async throws {
        let (step, before) = try Self.example(kind)
        let simulator = simulator(before)
        try await perform(step, simulator)
        let once = hosts(simulator)
        try await perform(step, simulator)
        #expect(hosts(simulator) == once)
    }

    @Test("undoing it twice equals undoing it once", arguments: Step.Kind.allCases.filter { $0 != .powerOff })
    func undoneTwice(_ kind: Step.Kind) async throws {
        let (step, before) = try Self.example(kind)
        let simulator = simulator(before)
        try await perform(step, simulator)
        try await undo(step, simulator)
        let once = hosts(simulator)
        try await undo(step, simulator)
        #expect(hosts(simulator) == once)
    }

    @Test("undoing a step that was not done succeeds, and creates nothing", arguments: Step.Kind.allCases)
    func notThere(_ kind: Step.Kind) async throws {
        let simulator = simulator(.bare)
        let bare = hosts(simulator)
        guard kind != .reshapeSegment else { return }  // restores the earlier segment
        try await undo(try Self.example(kind).step, simulator)
        #expect(hosts(simulator) == bare)
    }

    /// Kinds that can be undone; the others end something, or only check.
    private static let undone: [Step.Kind] = [
        .sendImage, .createDisk, .writeSeed, .defineMachine, .startMachine, .restoreMachine, .pauseMachine,
        .resumeMachine, .setScheduler, .markMachine, .makeSegment, .reshapeSegment, .rebuildMachine, .parkMachine,
        .moveMachine,
    ]

    @Test("after doing and undoing it, hosts are as before", arguments: undone)
    func back(_ kind: Step.Kind) async throws {
        let (step, before) = try Self.example(kind)
        let simulator = simulator(before)
        let was = hosts(simulator)
        try await perform(step, simulator)
        #expect(hosts(simulator) != was, "it does something")
        try await undo(step, simulator)
        #expect(hosts(simulator) == was)
    }
}
