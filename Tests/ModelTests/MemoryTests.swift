import FoundationEssentials
import Testing

@testable import Model

@Suite("Memory that a host can still give") struct MemoryTests {
    private static let mebibyte: Int64 = 1 << 20

    private var survey: HostSurvey {
        HostSurvey(
            hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
            cpus: 2, coresPerSocket: 2, memoryKiB: 9000 * 1024, freeMemory: 400 * Self.mebibyte, arch: "x86_64",
            domainTypes: ["qemu"], bridges: [.init(name: "br0", isPhysical: true)],
            pools: [.init(name: "default", path: "/pool", available: 1 << 30)], domains: [], storesVolumes: true,
            probesAddresses: true)
    }

    private func machine(_ name: String, _ memory: Int64) -> Machine {
        Machine(
            id: MachineID("id-\(name)"), name: name, host: "h1", asked: .running, address: nil, mac: nil, bridge: "br0",
            memoryMiB: memory, vcpus: 1, image: nil, note: nil, created: Date(timeIntervalSince1970: 0), volumes: [],
            adopted: false, bootSeconds: 60)
    }

    private func runs(_ name: String) -> HostSurvey.Domain {
        .init(name: name, id: MachineID("id-\(name)"), isActive: true)
    }

    @Test("the kernel's caches count as free")
    func cache() {
        var host = survey
        #expect(host.roomMiB == 400)
        host.availableMemory = 8900 * Self.mebibyte
        #expect(host.roomMiB == 8900)
    }

    @Test("memory counts as promised to a machine that is off, starts, or has not touched it yet")
    func promises() {
        var host = survey
        host.availableMemory = 8900 * Self.mebibyte
        host.promised = host.promised(to: [machine("off", 1000)])
        #expect(host.roomMiB == 7900)
        host.domains = [runs("one")]
        #expect(
            host.promised(to: [machine("one", 6000)]) == 6000 * Self.mebibyte,
            "a host that does not report it has given nothing yet"
        )
        host.hypervisor = .xen
        #expect(host.promised(to: [machine("one", 6000)]) == 0, "Xen has assigned it all")
        host.hypervisor = .qemu
        host.resident = [MachineID("id-one"): 150 * Self.mebibyte]
        host.promised = host.promised(to: [machine("one", 6000)])
        #expect(host.roomMiB == 8900 - 5850)
        host.resident = [MachineID("id-one"): 7000 * Self.mebibyte]
        #expect(host.promised(to: [machine("one", 6000)]) == 0)
        host.promised = host.promised(to: [machine("huge", .max), machine("other", .max)])
        #expect(host.roomMiB == 0)
    }

    @Test("memory that others took between the survey and the begin is not given twice")
    func meanwhile() throws {
        var host = survey
        host.availableMemory = 3000 * Self.mebibyte
        var fleet = Fleet(hosts: [], machines: [machine("old", 500)], imagesOnHosts: [])
        host.promised = host.promised(to: fleet.machines)
        let need = MemoryNeed(host: "h1", needed: 1500, of: host, in: fleet)
        try need.check(fleet, arriving: 0)
        try need.check(fleet, arriving: 1000)
        #expect(throws: Refusal.self) { try need.check(fleet, arriving: 1001) }
        let (old, new) = (machine("old", 500), machine("new", 1000))
        fleet.put(new)
        try need.check(fleet, arriving: 0)
        fleet.change(old.id) { $0.memoryMiB = 501 }
        do {
            try need.check(fleet, arriving: 0)
            Issue.record("it is given twice")
        } catch {
            #expect(error.code == .notEnoughMemory && error.host == "h1" && error.reason.contains("1001 MiB meanwhile"))
        }
        fleet.change(new.id) { $0.host = "h2" }
        try need.check(fleet, arriving: 0)
    }

    @Test("three machines of 6000 MiB are not all accepted with 8900 MiB")
    func three() throws {
        var host = survey
        host.availableMemory = 8900 * Self.mebibyte
        host.resident = [MachineID("id-r1"): 100 * Self.mebibyte]
        host.domains = [runs("r1")]
        host.promised = host.promised(to: [machine("r1", 6000)])
        let image = Image(
            name: "ipv4-rip", version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1", stacks: ["ipv4"],
            note: nil,
            boot: .kernel(
                .init(digest: Digest("aa"), size: 10), initrd: .init(digest: Digest("bb"), size: 20), commandLine: ""),
            disk: nil, diskFormat: .raw, diskCapacity: 0, minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
        func plan(_ memory: Int64) throws -> Plan {
            try CreateMachine(
                request: MachineRequest(host: "h1", name: "r2", address: "10.0.0.2", memoryMiB: memory),
                fleet: Fleet(
                    hosts: [Host(name: "h1", hostKey: nil, addresses: ["192.0.2.1"], uri: nil, memoryMiB: nil)],
                    machines: [machine("r1", 6000)], imagesOnHosts: []),
                survey: host, catalogue: Catalogue(images: [image], defaultImage: "ipv4-rip"), id: MachineID("id-r2"),
                operation: OperationID("o"), now: Date(timeIntervalSince1970: 0)
            ).plan().plan
        }
        #expect(throws: Refusal.self) { try plan(6000) }
        _ = try plan(3000)
    }
}
