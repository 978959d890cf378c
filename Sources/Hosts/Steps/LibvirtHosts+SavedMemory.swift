internal import Libvirt
internal import Model
internal import XML

extension LibvirtHosts {
    /// It goes on, also where it stood still when its memory was saved.
    static func restore(_ machine: MachineReference, _ connection: Connection) async throws {
        let domain = try domain(machine, connection)
        do {
            try await start(domain)
        } catch let error as LibvirtError {
            guard try await domain.hasManagedSave() else { throw error }
            throw Refusal(
                .hypervisorFailed, nil,
                "machine '\(machine.name)' could not go on from its saved memory: \(error.message); startVirtualMachine with "
                    + "\(.dropsSavedMemory) boots it, and loses that memory", detail: "\(error.call): \(error)")
        }
        try await letGoOn(domain)
    }

    /// What ran from saved memory is saved again, with what it did meanwhile.
    static func saveAgain(_ domain: Domain) async throws {
        guard try await domain.isActive() else { return }
        try await domain.managedSave()
    }

    /// Where there is none, nothing is done; a driver that saves none has none.
    static func dropSavedMemory(of domain: Domain) async throws {
        guard try await offered({ try await domain.hasManagedSave() }) == true else { return }
        try await domain.removeManagedSave()
    }
}

/// What a machine was started with, read back: a hypervisor may have gone on from something else.
struct StartedShape {
    private let spec: DomainSpec

    init(_ spec: DomainSpec) { self.spec = spec }

    /// - Throws: `hypervisorFailed` with what it has otherwise than it was defined.
    func check(_ connection: Connection) async throws {
        let machine = MachineReference(id: spec.id, name: spec.name)
        let text = try await LibvirtHosts.domain(machine, connection).xml()
        let words = differences(from: DomainReading(try XMLParser.tree(text)))
        guard !words.isEmpty else { return }
        throw Refusal(
            .hypervisorFailed,
            "machine '\(spec.name)' was started, and is not what it was defined as: \(words.joined(separator: ", "))")
    }

    func differences(from seen: DomainReading) -> [String] {
        var words: [String] = []
        // On POWER, memory is rounded up to blocks of 256 MiB.
        if let memory = seen.memoryKiB, memory / 1024 != spec.memoryMiB, !spec.arch.hasPrefix("ppc") {
            words.append("it has \(memory / 1024) MiB instead of \(spec.memoryMiB)")
        }
        if seen.vcpus != spec.vcpus { words.append("it has \(seen.vcpus) CPUs instead of \(spec.vcpus)") }
        let connected = Dictionary(
            seen.interfaces.map { (MACAddress($0.mac), $0.source) }, uniquingKeysWith: { first, _ in first })
        for interface in spec.interfaces where connected[interface.mac] != interface.bridge {
            words.append("its interface \(interface.mac) is not on \(interface.bridge)")
        }
        return words
    }
}
