import FoundationEssentials
import Testing

@testable import Model

/// Differences on a Xen host.
@Suite struct XenTests {
    private func question(_ image: Image, _ change: (inout CreateMachine) -> Void = { _ in }) -> CreateMachine {
        let host = Host(name: "x1", hostKey: "k", addresses: ["192.0.2.21"], uri: nil, memoryMiB: nil)
        var survey = HostSurvey(
            hypervisor: .xen, hypervisorVersion: "4.17", libvirtVersion: "9", hostName: "x", cpuModel: "x", cpuMHz: 1,
            cpus: 1, coresPerSocket: 1, memoryKiB: 1 << 20, freeMemory: 1 << 30, arch: "x86_64", domainTypes: ["xen"],
            bridges: [.init(name: "br0", isPhysical: true)],
            pools: [.init(name: "default", path: "/pool", available: 1 << 30)], domains: [], storesVolumes: true,
            probesAddresses: true)
        survey.guestTypes = ["xen"]
        var question = CreateMachine(
            request: MachineRequest(host: "x1", name: "r1", address: "10.0.0.1", memoryMiB: 96),
            fleet: Fleet(hosts: [host], machines: [], imagesOnHosts: []), survey: survey,
            catalogue: Catalogue(images: [image], defaultImage: image.name), id: MachineID("id-1"),
            operation: OperationID("op-1"), now: Date(timeIntervalSince1970: 0))
        change(&question)
        return question
    }

    private func image(_ format: Image.DiskFormat) -> Image {
        Image(
            name: "debian", version: "12", os: "debian", arch: "x86_64", kernelVersion: "6.1", stacks: ["ipv4"],
            note: nil, boot: .disk, disk: .init(digest: Digest("dd"), size: 30), diskFormat: format,
            diskCapacity: 1 << 20, minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
    }

    private func spec(_ question: CreateMachine) throws -> DomainSpec? {
        for step in try question.plan().plan.steps { if case .defineMachine(let spec) = step { return spec } }
        return nil
    }

    private func refusal(_ question: CreateMachine) -> Refusal? {
        do throws(Refusal) {
            _ = try question.plan()
            return nil
        } catch {
            return error
        }
    }

    @Test func aDiskIsARawCopyOfItsImage() throws {
        let spec = try #require(try spec(question(image(.raw))))
        #expect(spec.kind == .xenPV)
        #expect(spec.disks.map(\.target) == ["xvda", "xvdb"])
        #expect(spec.disks.map(\.path) == ["/pool/vms-id-1-disk.img", "/pool/vms-id-1-seed.iso"])
        #expect(spec.disks.allSatisfy { $0.format == .raw })
        #expect(spec.interfaces[0].mac.description.hasPrefix("00:16:3e:"))
    }

    @Test func theKernelHasXensCommandLine() throws {
        var image = image(.raw)
        image.boot = .kernel(
            .init(digest: Digest("aa"), size: 1), initrd: .init(digest: Digest("bb"), size: 1),
            commandLine: "console=ttyS0")
        image.xenCommandLine = "console=hvc0"
        guard case .kernel(_, _, let commandLine)? = try spec(question(image))?.boot else {
            Issue.record("it boots from its kernel")
            return
        }
        #expect(commandLine == "console=hvc0")
        let onQEMU = question(image) { $0.survey.hypervisor = .qemu }
        #expect(try spec(onQEMU)?.boot != spec(question(image))?.boot)
    }

    /// Xen forgets weight and cap when a machine ends; the requested values are set again.
    @Test func aStartSetsTheSchedulerAgain() throws {
        let host = Host(name: "x1", hostKey: "k", addresses: [], uri: nil, memoryMiB: nil)
        var machine = Machine(
            id: MachineID("id-1"), name: "r1", host: "x1", asked: .off, address: nil, mac: nil, bridge: nil,
            memoryMiB: 96,
            vcpus: 1, image: nil, note: nil, created: Date(timeIntervalSince1970: 0), volumes: [], adopted: false,
            bootSeconds: 60)
        machine.scheduler = ["weight": .uint32(512)]
        let observed = ObservedMachine(
            id: machine.id, name: "r1", state: .shutOff, memoryKiB: 1, maxMemoryKiB: 1, vcpus: 1, maxVcpus: 1,
            cpuTime: 0,
            isPersistent: true, autostarts: false, interfaces: [], disks: [], mark: nil)
        let plans = MachinePlans(host: host, machine: machine, observed: observed, name: "r1")
        let survey = question(image(.raw)).survey
        let plan = try plans.start(waitFor: .started, survey: survey, now: Date(timeIntervalSince1970: 0))
        #expect(plan.steps.map(\.name) == ["start", "setScheduler"])
    }

    @Test func aQCOW2DiskIsRefused() {
        let refused = refusal(question(image(.qcow2)))
        #expect(refused?.code == .notOffered && refused?.subject == .image)
    }

    @Test func aGuestTypeMustBeOffered() throws {
        let refused = refusal(question(image(.raw)) { $0.request.guestType = .pvh })
        #expect(refused?.code == .notOffered && refused?.subject == .guestType)
        let offered = question(image(.raw)) {
            $0.request.guestType = .pvh
            $0.survey.guestTypes.append("xenpvh")
        }
        #expect(try spec(offered)?.kind == .xenPVH)
        let elsewhere = refusal(
            question(image(.raw)) {
                $0.request.guestType = .pv
                $0.survey.hypervisor = .qemu
            })
        #expect(elsewhere?.code == .notOffered && elsewhere?.subject == .guestType)
    }

    @Test func domain0IsNotAdopted() {
        let host = Host(name: "x1", hostKey: "k", addresses: [], uri: nil, memoryMiB: nil)
        let domain0 = ObservedMachine(
            id: MachineID("00000000-0000-0000-0000-000000000000"), name: "Domain-0", state: .running, memoryKiB: 1,
            maxMemoryKiB: 1, vcpus: 1, maxVcpus: 1, cpuTime: 0, isPersistent: nil, autostarts: nil, interfaces: [],
            disks: [], mark: nil)
        let plans = MachinePlans(host: host, machine: nil, observed: domain0, name: "Domain-0")
        #expect(throws: Refusal.self) {
            try plans.adopt(operation: OperationID("op-1"), now: Date(timeIntervalSince1970: 0))
        }
    }
}
