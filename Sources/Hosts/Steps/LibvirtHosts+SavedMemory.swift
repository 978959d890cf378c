internal import Libvirt
internal import Model
internal import XML

extension LibvirtHosts {
    /// Restores a machine from its saved memory. It runs afterwards, even if it was paused when its memory was saved.
    static func restore(_ machine: MachineReference, _ connection: Connection) async throws {
        let domain = try domain(machine, connection)
        do {
            try await start(domain)
        } catch let error as LibvirtError {
            guard try await domain.hasManagedSave() else { throw error }
            throw Refusal(
                .hypervisorFailed, nil,
                "machine '\(machine.name)' could not be restored from its saved memory: \(error.message); startVirtualMachine with "
                    + "\(.dropsSavedMemory) boots it, and loses that memory", detail: "\(error.call): \(error)")
        }
        try await resumeIfPaused(domain)
    }

    /// Saves a restored machine again, including the changes since it was restored.
    static func saveAgain(_ domain: Domain) async throws {
        guard try await domain.isActive() else { return }
        try await domain.managedSave()
    }

    /// Removes the saved memory, if there is any; a driver without this call has none.
    static func dropSavedMemory(of domain: Domain) async throws {
        guard try await offered({ try await domain.hasManagedSave() }) == true else { return }
        try await domain.removeManagedSave()
    }
}

/// The configuration with which a machine was started, read back: a hypervisor may have started it from another state.
struct StartedShape {
    private let spec: DomainSpec

    init(_ spec: DomainSpec) { self.spec = spec }

    /// - Throws: `hypervisorFailed` with the differences from the definition.
    func check(_ connection: Connection) async throws {
        let machine = MachineReference(id: spec.id, name: spec.name)
        let text = try await LibvirtHosts.domain(machine, connection).xml()
        let words = differences(from: DomainReading(try XMLParser.tree(text)))
        guard !words.isEmpty else { return }
        throw Refusal(
            .hypervisorFailed,
            "machine '\(spec.name)' was started, but differs from its definition: \(words.joined(separator: ", "))")
    }

    func differences(from observed: DomainReading) -> [String] {
        var words: [String] = []
        // On POWER, memory is rounded up to blocks of 256 MiB.
        if let memory = observed.memoryKiB, memory / 1024 != spec.memoryMiB, !spec.arch.hasPrefix("ppc") {
            words.append("it has \(memory / 1024) MiB instead of \(spec.memoryMiB)")
        }
        if observed.vcpus != spec.vcpus { words.append("it has \(observed.vcpus) CPUs instead of \(spec.vcpus)") }
        let connected = Dictionary(
            observed.interfaces.map { (MACAddress($0.mac), $0.source) }, uniquingKeysWith: { first, _ in first })
        for interface in spec.interfaces where connected[interface.mac] != interface.bridge {
            words.append("its interface \(interface.mac) is not on \(interface.bridge)")
        }
        return words
    }
}
