import FoundationEssentials
import Testing

@testable import Model

@Suite struct CreateMachineTests {
    private static let gibibyte: Int64 = 1 << 30

    private let kernelImage = Image(
        name: "ipv4-rip", version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1",
        stacks: ["ipv4", "rip"],
        note: nil,
        boot: .kernel(
            .init(digest: Digest("aa"), size: 10), initrd: .init(digest: Digest("bb"), size: 20), commandLine: "quiet"),
        disk: nil, diskFormat: .raw, diskCapacity: 0, minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)

    private var question: CreateMachine {
        let host = Host(name: "h1", hostKey: "k", addresses: ["192.0.2.11"], uri: nil, memoryMiB: nil)
        var request = MachineRequest(host: "h1", name: "r1", address: "10.0.0.1", memoryMiB: 96)
        request.note = "n"
        return CreateMachine(
            request: request, fleet: Fleet(hosts: [host], machines: [], imagesOnHosts: []),
            survey: HostSurvey(
                hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
                cpus: 2, coresPerSocket: 2, memoryKiB: 4 << 20, freeMemory: Self.gibibyte, arch: "x86_64",
                domainTypes: ["qemu"],
                bridges: [.init(name: "virbr0", isPhysical: false), .init(name: "br0", isPhysical: true)],
                pools: [.init(name: "default", path: "/pool", available: Self.gibibyte)], domains: [],
                storesVolumes: true, probesAddresses: true),
            catalogue: Catalogue(images: [kernelImage], defaultImage: "ipv4-rip"), id: MachineID("id-1"),
            operation: OperationID("op-1"), now: Date(timeIntervalSince1970: 0))
    }

    @Test func choosesEverythingInAdvance() throws {
        let plan = try question.plan().plan
        #expect(
            plan.steps.map(\.name) == [
                "sendImage", "sendImage", "writeSeed", "checkAddressFree", "define", "start", "proveAddress",
            ])
        guard case .defineMachine(let spec) = plan.steps[4] else {
            Issue.record("the fifth step defines the machine")
            return
        }
        #expect(spec.interfaces.map(\.bridge) == ["br0"], "the bridge with a physical port comes first")
        #expect(spec.boot == .kernel(path: "/pool/vms-image-aa", initrd: "/pool/vms-image-bb", commandLine: "quiet"))
        #expect(spec.disks.map(\.path) == ["/pool/vms-id-1-seed.iso"] && spec.memoryMiB == 96)
        #expect(try plan == question.plan().plan, "the same input has the same result")
    }

    @Test func givesWhatTheImageNeeds() throws {
        var question = question
        question.request.memoryMiB = nil
        question.catalogue.images[0].minimumMemoryMiB = 160
        let planned = try question.plan()
        guard case .defineMachine(let spec) = planned.plan.steps[4] else {
            Issue.record("the fifth step defines the machine")
            return
        }
        #expect(spec.memoryMiB == 160 && planned.record.memoryMiB == 160)
        #expect(planned.plan.atBegin.first == .insertMachine(planned.record))
        question.survey.storesVolumes = false
        #expect(try question.plan().record.memoryMiB == 128)
    }

    @Test func sendsNoFileThatExists() throws {
        var question = question
        for digest in ["aa", "bb"] {
            question.fleet.put(
                .init(
                    host: "h1", digest: Digest(digest), volume: .init(pool: "default", name: "vms-image-\(digest)")))
        }
        #expect(try !question.plan().plan.steps.contains { $0.name == "sendImage" })
        question.request.transfersDisk = false
        #expect(try !question.plan().plan.steps.contains { $0.name == "sendImage" })
    }

    private func refusal(_ change: (inout CreateMachine) -> Void) -> Refusal? {
        var question = question
        change(&question)
        do {
            _ = try question.plan()
            return nil
        } catch {
            return error
        }
    }

    @Test func refusesWithReasons() {
        #expect(refusal { $0.request.host = "h2" }?.code == .hostNotRegistered)
        #expect(refusal { $0.request.name = "a/b" }?.code == .invalidName)
        #expect(refusal { $0.request.memoryMiB = 64 }?.reason.contains("at least 96 MiB") == true)
        #expect(refusal { $0.request.memoryMiB = 2048 }?.code == .notEnoughMemory)
        #expect(refusal { $0.request.vcpus = 3 }?.code == .outOfRange)
        #expect(refusal { $0.request.address = "192.0.2.11" }?.code == .addressTaken)
        #expect(refusal { $0.request.hypervisor = "Xen" }?.code == .hypervisorMismatch)
        #expect(refusal { $0.request.bridge = "br7" }?.reason.contains("virbr0, br0") == true)
        // The bridge of a link belongs to its network.
        let link = HostSurvey.Bridge(name: "vms-001000", isPhysical: true)
        let plugged = refusal {
            $0.survey.bridges.append(link)
            $0.request.bridge = link.name
        }
        #expect(plugged?.code == .bridgeNotFound && plugged?.reason.contains("virbr0, br0") == true)
        #expect(refusal { $0.survey.bridges = [link] }?.code == .bridgeNotFound)
        #expect(refusal { $0.request.image.name = "x" }?.code == .imageNotFound)
        #expect(refusal { $0.request.transfersDisk = false }?.code == .imageNotOnHost)
        #expect(refusal { $0.request.diskPath = "/d" }?.subject == .diskPath)
        #expect(refusal { $0.survey.pools = [] }?.code == .poolNotFound)
        #expect(refusal { $0.survey.pools[0].available = 29 }?.code == .storageFull)
        #expect(refusal { $0.survey.bridges = [] }?.code == .bridgeNotFound)
        #expect(refusal { $0.survey.probesAddresses = false }?.code == .notOffered)
        #expect(
            refusal { $0.survey.domains = [.init(name: "r1", id: MachineID("z"), isActive: false)] }?.code
                == .machineNameTaken)
    }

    @Test("a network card means its bridge; a card without a bridge is shared, on QEMU")
    func networkCards() throws {
        func interface(_ change: (inout CreateMachine) -> Void) throws -> DomainSpec.Interface? {
            var question = question
            question.survey.interfaces = [.init(name: "eth0", bridge: "br0"), .init(name: "eth1", bridge: nil)]
            change(&question)
            for case .defineMachine(let spec) in try question.plan().plan.steps { return spec.interfaces.first }
            return nil
        }
        let port = try interface { $0.request.bridge = "eth0" }
        #expect(port?.bridge == "br0" && port?.isDirect == false)
        let card = try interface { $0.request.bridge = "eth1" }
        #expect(card?.bridge == "eth1" && card?.isDirect == true)
        let xen = refusal {
            $0.survey.hypervisor = .xen
            $0.survey.interfaces = [.init(name: "eth1", bridge: nil)]
            $0.request.bridge = "eth1"
        }
        #expect(xen?.code == .notOffered && xen?.subject == .interface)
    }

    @Test func aDiskOfTheCallersIsNeitherSentNorOurs() throws {
        var question = question
        question.request.diskPath = "/data/x.qcow2"
        question.request.transfersDisk = false
        #expect(throws: Refusal.self, "the host was not asked about it") { try question.plan() }
        question.disk = HostDisk(path: "/srv/data/x.qcow2", kind: .block, isAllowed: true, format: "raw")
        let planned = try question.plan()
        #expect(planned.plan.steps.map(\.name).first == "writeSeed")
        for case .defineMachine(let spec) in planned.plan.steps {
            #expect(spec.disks[0].path == "/srv/data/x.qcow2" && spec.disks[0].format == .raw)
            #expect(spec.disks[0].isBlock == true && spec.disks[0].isGiven == true)
        }
        #expect(planned.record.volumes.map(\.name) == ["vms-id-1-seed.iso"])
    }
}
