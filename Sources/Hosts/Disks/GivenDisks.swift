internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Inspects disks on a host that VMS did not create.
struct GivenDisks {
    private let opened: HostSession.Opened
    /// The paths that the operator allows in addition to the volumes of pools.
    private let allowed: [String]

    init(_ opened: HostSession.Opened, allowed: [String] = []) {
        self.opened = opened
        self.allowed = allowed
    }

    /// The time limit for an inspection, in seconds: storage that hangs must not delay the caller further.
    private static let seconds = 30

    /// - Throws: `diskNotFound` if the host does not answer in time.
    func look(at path: String) async throws -> HostDisk {
        guard let shell = opened.route.shell else { return try await volume(at: path) }
        let files = FileUses(of: opened.connection)
        let pools = try await files.pools()
        var isVolume = false
        if pools.contains(where: { $0.isActive && !$0.isFolder }) {
            isVolume = try await isDeviceVolume(path, pools)
        }
        let uses = try await files.all(pools)
        return try await ask(shell, path, pools, allowed, uses, isTrusted: isVolume).disk(used: uses.map(\.words))
    }

    /// Inspects a machine's given disks again once the machine is defined. A user with write access to the folder may
    /// have replaced a disk. And of two machines that are created concurrently, at least the later one finds the other.
    ///
    /// - Throws: `diskInUse`, `diskNotFound`, `invalidValue`.
    func check(_ spec: DomainSpec) async throws {
        for disk in spec.disks where disk.isGiven {
            try await check(
                GivenFile(path: disk.path, format: disk.format.rawValue, isBlock: disk.isBlock), of: spec.id)
        }
    }

    /// Inspects the disks in a machine's definition again before it starts. A FIFO as disk would block libvirt forever.
    ///
    /// - Throws: as ``check(_:)-(DomainSpec)``.
    func check(_ machine: MachineReference, _ domain: Domain) async throws {
        guard opened.facts.hypervisor != .test, let shell = opened.route.shell else { return }
        let tree = try XMLParser.tree(await domain.xml(.inactive))
        let foreign = DomainReading(tree).disks.compactMap(\.source).filter { path in
            path.hasPrefix("/") && path.split(separator: "/").last?.hasPrefix("vms-") != true
        }
        guard !foreign.isEmpty else { return }
        if let path = try await shell.run(FindOddDisks(paths: foreign), seconds: Self.seconds).first {
            throw Refusal(
                .invalidValue,
                "machine '\(domain.name.shown)' cannot start: its disk \(path.shown) is neither a file nor a block device"
            )
        }
        for file in GivenFile.all(in: tree) { try await check(file, of: machine.id) }
    }

    private func check(_ file: GivenFile, of id: MachineID) async throws {
        let files = FileUses(of: opened.connection)
        let pools = try await files.pools()
        let uses = try await files.all(pools, except: id)
        guard let shell = opened.route.shell else {
            if let other = uses.first(where: { $0.path == file.path }) { throw file.refusal(.diskInUse, other.words) }
            return
        }
        // The path was allowed when the operation was planned; a later change by the operator applies only to new
        // machines.
        let answer = try await ask(shell, file.path, pools, [], uses, isTrusted: true)
        if let refusal = file.refusal(now: answer, used: uses.map(\.words)) { throw refusal }
    }

    private func ask(
        _ shell: Shell, _ path: String, _ pools: [FileUses.Pool], _ allowed: [String], _ uses: [FileUses.Use],
        isTrusted: Bool
    ) async throws -> DiskAnswer {
        let look = LookAtDisk(
            path: path, pools: pools.filter { $0.isFolder && $0.isActive }.map(\.path), allowed: allowed,
            used: uses.map(\.scriptText), isTrusted: isTrusted)
        do throws(Refusal) {
            return try await shell.run(look, seconds: Self.seconds)
        } catch {
            guard error.code == .timedOut else { throw error }
            throw Refusal(
                .diskNotFound, .diskPath,
                "\(.diskPath) is '\(path.shown)': the host did not report within \(Self.seconds) s what is there",
                detail: error.detail, value: path.shown)
        }
    }

    /// Whether the path is a volume of a pool whose volumes are devices.
    private func isDeviceVolume(_ path: String, _ pools: [FileUses.Pool]) async throws -> Bool {
        guard let volume = try await volumeIfKnown(path) else { return false }
        return pools.contains { $0.name == volume.pool && !$0.isFolder }
    }

    private func volumeIfKnown(_ path: String) async throws -> Volume? {
        do {
            return try await opened.connection.volume(path: path)
        } catch LibvirtError.Code.noStorageVolume {
            return nil
        }
    }

    /// Describes a disk through libvirt alone. If no program can be run on the host, only volumes that libvirt knows
    /// are accepted. Its test driver has no files.
    private func volume(at path: String) async throws -> HostDisk {
        let files = FileUses(of: opened.connection)
        let pools = try await files.pools()
        // This refreshes the pools, and so finds volumes that were created without libvirt.
        let uses = try await files.all(pools)
        guard let found = try await volumeIfKnown(path) else {
            return HostDisk(path: path, kind: .absent, isAllowed: false, format: nil)
        }
        let tree = try XMLParser.tree(await found.xml())
        let kind: HostDisk.Kind =
            switch tree["type"] ?? "file" {
            case "file": .file
            case "block": .block
            case let other: .other(other.shown)
            }
        var disk = HostDisk(
            path: path, kind: kind, isAllowed: true, format: tree.path("target", "format")?["type"] ?? "raw")
        if tree.path("backingStore", "path") != nil { disk.obstacles.append(DiskAnswer.based) }
        disk.uses = uses.filter { $0.path == path }.map(\.words)
        return disk
    }
}
