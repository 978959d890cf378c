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
        // libvirt's own test driver has no storage.
        guard opened.facts.hypervisor != .test else {
            return HostDisk(path: path, kind: .file, isAllowed: true, format: "raw")
        }
        guard let shell = opened.route.shell else { return try await volume(at: path) }
        let pools = try await pools()
        var isVolume = false
        if !pools.allSatisfy(\.isFolder) { isVolume = try await isVolumeElsewhere(path, pools) }
        let used = try await used()
        let words: [HostWords] = [
            .init("asked", [path]), .init("pools", pools.filter(\.isFolder).map(\.path)), .init("allowed", allowed),
            .init("used", used.map(\.path)), .init("trusted", number: isVolume ? 1 : 0),
        ]
        let answer: DiskAnswer
        do throws(Refusal) {
            answer = DiskAnswer(try await shell.run(.disk, [], words, seconds: Self.seconds))
        } catch {
            guard error.code == .timedOut else { throw error }
            throw Refusal(
                .diskNotFound,
                "diskPath is '\(path.shown)': the host did not tell within \(Self.seconds) s what is there",
                detail: error.detail, field: "diskPath", value: path.shown)
        }
        var disk = HostDisk(path: answer.path, kind: answer.kind, isAllowed: answer.isAllowed, format: answer.format)
        disk.hindrances = answer.hindrances
        disk.users = answer.users.compactMap { (1...used.count).contains($0) ? used[$0 - 1].machine : nil }
        return disk
    }

    /// Makes sure, once a machine is defined, that no other has one of the disks that it was given: of two that are made at
    /// the same time at least the later one finds the other.
    ///
    /// - Throws: `diskInUse`.
    func checkAlone(_ spec: DomainSpec) async throws {
        for disk in spec.disks where disk.isGiven == true {
            guard opened.facts.hypervisor != .test else { return }
            let others = try await used(except: spec.id).filter { $0.path == disk.path }
            guard let other = others.first else { continue }
            throw Refusal(
                .diskInUse,
                "diskPath is '\(disk.path.shown)': machine '\(other.machine.shown)' of the host has it by now",
                field: "diskPath", value: disk.path.shown)
        }
    }

    /// A FIFO in a machine's definition would hold up libvirt for good when the machine starts.
    ///
    /// - Throws: `invalidValue`.
    func checkKinds(of domain: Domain) async throws {
        guard opened.facts.hypervisor != .test, let shell = opened.route.shell else { return }
        let disks = DomainReading(try XMLParser.tree(await domain.xml(.inactive))).disks.compactMap(\.source)
        let foreign = disks.filter { path in
            path.hasPrefix("/") && path.split(separator: "/").last?.hasPrefix("vms-") != true
        }
        guard !foreign.isEmpty else { return }
        let told = try await shell.run(.kinds, [], [.init("used", foreign)], seconds: Self.seconds)
        for line in told.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 2, words[0] == "odd", let number = Int(told: words[1], in: 1...foreign.count) else {
                continue
            }
            throw Refusal(
                .invalidValue,
                "machine '\(domain.name.shown)' cannot start: its disk \(foreign[number - 1].shown) is neither a file nor a "
                    + "block device")
        }
    }

    private struct Pool {
        var name: String
        var path: String
        var isFolder: Bool
    }

    private struct Use {
        var machine: String
        var path: String
    }

    /// Active pools that have a place on the host.
    private func pools() async throws -> [Pool] {
        var pools: [Pool] = []
        for pool in try await opened.connection.storagePools(active: true) {
            let tree = try XMLParser.tree(await pool.xml())
            guard let path = tree.path("target", "path")?.text else { continue }
            pools.append(
                Pool(name: pool.name, path: path, isFolder: ["dir", "fs", "netfs"].contains(tree["type"] ?? "")))
        }
        return pools
    }

    /// Whether it is a volume of a pool whose volumes are devices.
    private func isVolumeElsewhere(_ path: String, _ pools: [Pool]) async throws -> Bool {
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

    /// Every disk that a definition has, as it runs and as it will be at its next start.
    private func used(except id: MachineID? = nil) async throws -> [Use] {
        try await opened.connection.definitions().flatMap { definition -> [Use] in
            guard MachineID(definition.identity.uuid.uuidString) != id else { return [] }
            return definition.texts.flatMap { text -> [Use] in
                guard let tree = try? XMLParser.tree(text) else { return [] }
                return DomainReading(tree).disks.compactMap(\.source).map {
                    Use(machine: definition.identity.name, path: $0)
                }
            }
        }
    }

    /// Where no program can be run on the host, only volumes that libvirt knows are believed.
    private func volume(at path: String) async throws -> HostDisk {
        var found = try await known(path)
        if found == nil {
            // What came without libvirt is in no pool's list yet.
            for pool in try await pools() where path.hasPrefix(pool.path + "/") {
                try await opened.connection.storagePool(named: pool.name).refresh()
            }
            found = try await known(path)
        }
        guard let found else { return HostDisk(path: path, kind: .absent, isAllowed: false, format: nil) }
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
        disk.users = try await used().filter { $0.path == path }.map(\.machine)
        return disk
    }
}
