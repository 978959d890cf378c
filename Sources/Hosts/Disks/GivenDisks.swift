internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Looks at disks that are on a host without VMS having made them.
struct GivenDisks {
    private let opened: HostSession.Opened
    /// Paths that the operator allows beside the volumes of pools.
    private let allowed: [String]

    init(_ opened: HostSession.Opened, allowed: [String] = []) {
        self.opened = opened
        self.allowed = allowed
    }

    /// How long the host may take to look, in seconds: storage that hangs must not hold up who asks.
    private static let seconds = 30

    /// - Throws: `diskNotFound` when the host does not come to an answer.
    func look(at path: String) async throws -> HostDisk {
        guard let shell = opened.route.shell else { return try await volume(at: path) }
        let files = FileUses(of: opened.connection)
        let pools = try await files.pools()
        var isVolume = false
        if pools.contains(where: { $0.isActive && !$0.isFolder }) {
            isVolume = try await isVolumeElsewhere(path, pools)
        }
        let uses = try await files.all(pools)
        return try await ask(shell, path, pools, allowed, uses, isTrusted: isVolume).disk(used: uses.map(\.words))
    }

    /// Looks again at the disks that a machine was given, once it is defined: whoever may write in their folder may have put
    /// something else there, and of two machines that are made at the same time at least the later one finds the other.
    ///
    /// - Throws: `diskInUse`, `diskNotFound`, `invalidValue`.
    func check(_ spec: DomainSpec) async throws {
        for disk in spec.disks where disk.isGiven {
            try await check(
                GivenFile(path: disk.path, format: disk.format.rawValue, isBlock: disk.isBlock), of: spec.id)
        }
    }

    /// The same when it is to start, by its definition. A FIFO there would hold up libvirt for good.
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
        // It was allowed when it was planned with; that is the operator's to change for machines that come.
        let answer = try await ask(shell, file.path, pools, [], uses, isTrusted: true)
        if let why = file.refusal(now: answer, used: uses.map(\.words)) { throw why }
    }

    private func ask(
        _ shell: Shell, _ path: String, _ pools: [FileUses.Pool], _ allowed: [String], _ uses: [FileUses.Use],
        isTrusted: Bool
    ) async throws -> DiskAnswer {
        let look = LookAtDisk(
            path: path, pools: pools.filter { $0.isFolder && $0.isActive }.map(\.path), allowed: allowed,
            used: uses.map(\.spelled), isTrusted: isTrusted)
        do throws(Refusal) {
            return try await shell.run(look, seconds: Self.seconds)
        } catch {
            guard error.code == .timedOut else { throw error }
            throw Refusal(
                .diskNotFound, .diskPath,
                "\(.diskPath) is '\(path.shown)': the host did not tell within \(Self.seconds) s what is there",
                detail: error.detail, value: path.shown)
        }
    }

    /// Whether it is a volume of a pool whose volumes are devices.
    private func isVolumeElsewhere(_ path: String, _ pools: [FileUses.Pool]) async throws -> Bool {
        guard let volume = try await known(path) else { return false }
        return pools.contains { $0.name == volume.pool && !$0.isFolder }
    }

    private func known(_ path: String) async throws -> Volume? {
        do {
            return try await opened.connection.volume(path: path)
        } catch LibvirtError.Code.noStorageVolume {
            return nil
        }
    }

    /// Where no program can be run on the host, only volumes that libvirt knows are believed. Its test driver has no files.
    private func volume(at path: String) async throws -> HostDisk {
        let files = FileUses(of: opened.connection)
        let pools = try await files.pools()
        // Looks for what came without libvirt, too.
        let uses = try await files.all(pools)
        guard let found = try await known(path) else {
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
        if tree.path("backingStore", "path") != nil { disk.hindrances.append(DiskAnswer.based) }
        disk.uses = uses.filter { $0.path == path }.map(\.words)
        return disk
    }
}
