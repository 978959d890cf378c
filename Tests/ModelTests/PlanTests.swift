import FoundationEssentials
import Testing

@testable import Model

/// Plans in the form in which a person reads them: every step in its order, the changes of records, and the
/// recovery.
@Suite struct PlanTests {
    private let host = Host(name: "h1", hostKey: "k", addresses: ["192.0.2.11"], uri: nil, memoryMiB: nil)
    private let image = Image(
        name: "ipv4-rip", version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1", stacks: ["ipv4"],
        note: nil, boot: .disk, disk: .init(digest: Digest("dd"), size: 30), diskFormat: .qcow2, diskCapacity: 1 << 30,
        minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)

    private func text(_ plan: Plan) -> String {
        ([plan.service, "recovery \(plan.recovery.rawValue)"] + plan.steps.map { "step \(line($0))" }
            + plan.atBegin.map { "begin \(line($0))" } + plan.onSuccess.map { "success \(line($0))" }
            + plan.onFailure.map { "failure \(line($0))" }).joined(separator: "\n")
    }

    private func line(_ step: Step) -> String {
        switch step {
        case .sendImage(let send): "sendImage \(send.file.digest.text) \(send.file.size) -> \(path(send.volume))"
        case .sweepImages(let copies): "sweepImages \(copies.map { path($0.volume) })"
        case .createDisk(let disk):
            "createDisk \(path(disk.volume)) \(disk.format) \(disk.capacity) on \(disk.backing?.path ?? "nothing")"
        case .writeSeed(let seed): "writeSeed \(path(seed.volume)) for \(seed.seed.hostName)"
        case .checkAddressFree(let probe): "checkAddressFree \(probe.address) on \(probe.bridge)"
        case .defineMachine(let spec):
            "define \(spec.name) \(spec.memoryMiB) MiB \(spec.disks.map { "\($0.target)=\($0.path)" }.joined(separator: " "))"
        case .startMachine(let machine): "start \(machine.name)"
        case .restoreMachine(let machine): "restore \(machine.name)"
        case .dropSavedMemory(let machine): "dropSavedMemory \(machine.name)"
        case .pauseMachine(let machine): "pause \(machine.name)"
        case .resumeMachine(let machine): "resume \(machine.name)"
        case .proveAddress(let probe): "proveAddress \(probe.address) by \(probe.mac) within \(probe.seconds) s"
        case .proveStack(let probe): "proveStack '\(probe.probe.frames)' from \(probe.mac) within \(probe.seconds) s"
        case .shutdownMachine(let machine, let seconds): "shutdown \(machine.name) within \(seconds) s"
        case .stopMachine(let machine): "stop \(machine.name)"
        case .undefineMachine(let machine): "undefine \(machine.name)"
        case .removeVolume(let volume): "removeVolume \(path(volume))"
        case .setScheduler(let machine, let values, let previous):
            "setScheduler \(machine.name) \(values.keys.sorted()) from \(previous.values.map(\.description).sorted())"
        case .markMachine(let machine, _): "mark \(machine.name)"
        case .makeSegment, .removeSegment, .reshapeSegment, .rebuildMachine, .parkMachine, .moveMachine, .proveLink,
            .proveReach, .checkIdle, .powerOff:
            step.name
        }
    }

    private func line(_ change: RecordChange) -> String {
        switch change {
        case .insertMachine(let machine): "insertMachine \(machine.name) \(machine.volumes.map(path))"
        case .removeMachine(let id): "removeMachine \(id.text)"
        case .setAsked(let id, let asked, let started):
            "setAsked \(id.text) \(asked.rawValue)\(started == nil ? "" : " now")"
        case .setScheduler(let id, let values): "setScheduler \(id.text) \(values.keys.sorted())"
        case .imageWasUsed(let host, let digest, let time):
            "imageWasUsed \(digest.text) on \(host) at \(Int(time.timeIntervalSince1970)) s"
        default: "\(change)"
        }
    }

    private func path(_ volume: VolumeName) -> String { "\(volume.pool)/\(volume.name)" }

    private var survey: HostSurvey {
        HostSurvey(
            hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
            cpus: 2, coresPerSocket: 2, memoryKiB: 4 << 20, freeMemory: 1 << 30, arch: "x86_64", domainTypes: ["qemu"],
            bridges: [.init(name: "br0", isPhysical: true)],
            pools: [.init(name: "default", path: "/pool", available: 1 << 30)], domains: [], storesVolumes: true,
            probesAddresses: true)
    }

    private func create(_ change: (inout MachineRequest) -> Void = { _ in }) throws -> Planned<Machine> {
        var request = MachineRequest(host: "h1", name: "r1", address: "10.0.0.1", memoryMiB: 96)
        change(&request)
        var question = CreateMachine(
            request: request, fleet: Fleet(hosts: [host], machines: [], imagesOnHosts: []), survey: survey,
            catalogue: Catalogue(images: [image], defaultImage: "ipv4-rip"), id: MachineID("id-1"),
            operation: OperationID("op-1"), now: Date(timeIntervalSince1970: 0))
        question.disk = request.diskPath.map { HostDisk(path: $0, kind: .file, isAllowed: true, format: "raw") }
        return try question.plan()
    }

    @Test func createWithTransfer() throws {
        let planned = try create()
        let mac = try #require(planned.record.mac)
        #expect(
            text(planned.plan) == """
                createVirtualMachine
                recovery undo
                step sendImage dd 30 -> default/vms-image-dd
                step createDisk default/vms-id-1-disk.qcow2 qcow2 1073741824 on /pool/vms-image-dd
                step writeSeed default/vms-id-1-seed.iso for r1
                step checkAddressFree 10.0.0.1/24 on br0
                step define r1 96 MiB vda=/pool/vms-id-1-disk.qcow2 vdb=/pool/vms-id-1-seed.iso
                step start r1
                step proveAddress 10.0.0.1/24 by \(mac) within 60 s
                begin insertMachine r1 ["default/vms-id-1-disk.qcow2", "default/vms-id-1-seed.iso"]
                failure removeMachine id-1
                """)
    }

    @Test func createFromADiskOfTheHost() throws {
        let planned = try create {
            $0.diskPath = "/data/given.img"
            $0.transfersDisk = false
            $0.waitFor = .started
        }
        #expect(
            text(planned.plan) == """
                createVirtualMachine
                recovery undo
                step writeSeed default/vms-id-1-seed.iso for r1
                step checkAddressFree 10.0.0.1/24 on br0
                step define r1 96 MiB vda=/data/given.img vdb=/pool/vms-id-1-seed.iso
                step start r1
                begin insertMachine r1 ["default/vms-id-1-seed.iso"]
                failure removeMachine id-1
                """)
    }

    private func plans(_ state: ObservedMachine.State, managed: Bool = true) throws -> MachinePlans {
        let machine = try create().record
        let observed = ObservedMachine(
            id: machine.id, name: "r1", state: state, memoryKiB: 98304, maxMemoryKiB: 98304, vcpus: 1, maxVcpus: 1,
            cpuTime: 0, isPersistent: true, autostarts: false, interfaces: [], disks: [], mark: nil)
        return MachinePlans(host: host, machine: managed ? machine : nil, observed: observed, name: "r1")
    }

    @Test func destroy() throws {
        #expect(
            text(try plans(.running).destroy(now: Date(timeIntervalSince1970: 60))) == """
                destroyVirtualMachine
                recovery resume
                step stop r1
                step undefine r1
                step removeVolume default/vms-id-1-disk.qcow2
                step removeVolume default/vms-id-1-seed.iso
                success removeMachine id-1
                success imageWasUsed dd on h1 at 60 s
                """)
    }

    @Test func shutdownAndStart() throws {
        #expect(
            text(try plans(.running).shutdown(seconds: 30)) == """
                shutdownVirtualMachine
                recovery resume
                step shutdown r1 within 30 s
                success setAsked id-1 off
                """)
        let start = try plans(.shutOff).start(
            waitFor: .started, survey: survey, now: Date(timeIntervalSince1970: 0))
        #expect(
            text(start) == """
                startVirtualMachine
                recovery undo
                step start r1
                success setAsked id-1 running now
                """)
    }

    @Test func pauseAndResume() throws {
        #expect(
            text(try plans(.running).pause()) == """
                pauseVirtualMachine
                recovery undo
                step pause r1
                success setAsked id-1 paused now
                """)
        let resume = """
            recovery undo
            step resume r1
            success setAsked id-1 running now
            """
        #expect(
            text(try plans(.paused).resume(waitFor: .started, survey: survey)) == "resumeVirtualMachine\n" + resume)
        let start = try plans(.suspended).start(
            waitFor: .started, survey: survey, now: Date(timeIntervalSince1970: 0))
        #expect(text(start) == "startVirtualMachine\n" + resume)
        let proven = try plans(.paused).resume(waitFor: .address, survey: survey)
        #expect(proven.steps.map(\.name) == ["checkAddressFree", "resume", "proveAddress"])
        #expect(
            text(try plans(.paused).shutdown(seconds: 30)) == """
                shutdownVirtualMachine
                recovery resume
                step resume r1
                step shutdown r1 within 30 s
                success setAsked id-1 off
                """)
    }

    @Test(
        arguments: [
            (ObservedMachine.State.paused, Refusal.Code.machineAlreadyPaused, nil),
            (.running, nil, .machineAlreadyRunning), (.blocked, nil, .machineAlreadyRunning),
            (.shutOff, .machineNotRunning, .machineNotRunning), (.crashed, .machineNotRunning, .machineNotRunning),
            (.suspended, .machineNotRunning, nil), (.shuttingDown, .machineNotRunning, .machineAlreadyRunning),
        ] as [(ObservedMachine.State, Refusal.Code?, Refusal.Code?)])
    func pauseAndResumeRefused(state: ObservedMachine.State, pause: Refusal.Code?, resume: Refusal.Code?) throws {
        let plans = try plans(state)
        #expect(code { try plans.pause() } == pause)
        #expect(code { try plans.resume(waitFor: .started, survey: survey) } == resume)
    }

    private func code(_ body: () throws -> Plan) -> Refusal.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    @Test func adoptAndWeigh() throws {
        let adopt = try plans(.running, managed: false).adopt(
            operation: OperationID("op-1"), now: Date(timeIntervalSince1970: 0))
        #expect(
            text(adopt) == """
                adoptVirtualMachine
                recovery undo
                step mark r1
                begin insertMachine r1 []
                failure removeMachine id-1
                """)
        let reading = SchedulerReading(type: "posix", parameters: ["cpu_shares": .uint64(1024)])
        #expect(
            text(try plans(.running).setScheduler(weight: 512, cap: nil, reading: reading)) == """
                setVirtualMachineSchedulerParameters
                recovery undo
                step setScheduler r1 ["cpu_shares"] from ["1024"]
                success setScheduler id-1 ["cpu_shares"]
                """)
    }
}
