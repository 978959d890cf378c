/// The storage part of a creation plan: files to send, volumes to make, and the disks of the domain.
struct MachineStorage {
    private(set) var steps: [Step] = []
    private(set) var boot = DomainSpec.Boot.disk
    private(set) var disks: [DomainSpec.Disk] = []
    /// Volumes that belong to the machine alone.
    private(set) var ownVolumes: [VolumeName] = []
    /// Size in bytes of the disk that is made for it; `nil` if none is.
    private(set) var diskBytes: Int64?
    /// Files of the image that are already on the host.
    private(set) var found: [ImageOnHost] = []

    private let host: Host
    private let survey: HostSurvey
    private let fleet: Fleet
    private let prunePlan: PrunePlan?
    private let transfers: Bool
    private let id: MachineID

    init(
        request: MachineRequest, image: Image?, disk: GivenDisk?, host: Host, survey: HostSurvey, fleet: Fleet,
        prunePlan: PrunePlan?,
        machine: MachineID, kept: String?, seed: Seed
    ) throws(Refusal) {
        self.host = host
        self.survey = survey
        self.fleet = fleet
        self.prunePlan = prunePlan
        self.transfers = request.transfersDisk
        self.id = machine
        if let disk {
            var given = DomainSpec.Disk(path: disk.path, format: disk.format, target: target(0), isReadOnly: false)
            (given.isBlock, given.isGiven) = (disk.isBlock, true)
            disks.append(given)
        }
        guard survey.storesVolumes else { return }
        let choice = try PoolChoice(of: survey.pools, requested: request.pool, setting: host.storagePool, kept: kept)
        try place(image, seed, diskGiB: request.diskGiB, in: choice.pools)
    }

    /// Places the image and the seed in the first pool with enough room.
    private mutating func place(
        _ image: Image?, _ seed: Seed, diskGiB: Int64?, in pools: [HostSurvey.Pool]
    ) throws(Refusal) {
        let bare = self
        var first: Refusal?
        for pool in pools {
            self = bare
            do throws(Refusal) {
                if let image { try place(image, diskGiB: diskGiB, in: pool) }
                if image?.takesSeed ?? true { place(seed, in: pool) }
                return
            } catch {
                guard error.code == .storageFull else { throw error }
                first = first ?? error
            }
        }
        if let first { throw first }
    }

    private mutating func place(_ image: Image, diskGiB: Int64?, in pool: HostSurvey.Pool) throws(Refusal) {
        if case .kernel(let kernel, let initrd, let commandLine) = image.boot {
            boot = .kernel(
                path: try send(kernel, of: image, to: pool), initrd: try send(initrd, of: image, to: pool),
                commandLine: (survey.hypervisor == .xen ? image.xenCommandLine : nil) ?? commandLine)
        }
        let requested = (diskGiB ?? 0).times(1_073_741_824)
        var backing: CreateDisk.Backing?
        if let disk = image.disk {
            backing = .init(path: try send(disk, of: image, to: pool), format: image.diskFormat)
        }
        let capacity = max(requested, backing == nil ? 0 : image.diskCapacity)
        let toSend = steps.reduce(Int64(0)) { sum, step in
            if case .sendImage(let send) = step { sum.plus(send.file.size) } else { sum }
        }
        try makeRoom(toSend, for: image, in: pool)
        guard capacity > 0 else { return }
        // A Xen host without a QEMU in dom0 cannot read qcow2: there a disk is raw, and a full copy of its image.
        let format = survey.hypervisor == .xen ? Image.DiskFormat.raw : .qcow2
        if format == .raw, image.diskFormat == .qcow2, backing != nil {
            throw Refusal(
                .notOffered, .image,
                "image '\(image.name)' has a qcow2 disk, which this Xen host cannot read; use a raw one",
                value: image.name)
        }
        let volume = VolumeName(
            pool: pool.name, name: "vms-\(id.text)-disk.\(format == .raw ? "img" : format.rawValue)")
        steps.append(.createDisk(.init(volume: volume, format: format, capacity: capacity, backing: backing)))
        diskBytes = capacity
        own(volume, format: format, isReadOnly: false, in: pool)
    }

    /// Makes room by sweeping unused copies, the longest unused first, if that suffices for the image.
    private mutating func makeRoom(_ bytes: Int64, for image: Image, in pool: HostSurvey.Pool) throws(Refusal) {
        guard bytes > pool.available else { return }
        var refusal = Refusal(
            .storageFull,
            "storage pool \(pool.name) has \(pool.available >> 20) MiB left; image \(image.name) takes "
                + "\(bytes >> 20) MiB")
        guard let prunePlan else { throw refusal }
        let lacking = bytes.minus(pool.available)
        let copies = prunePlan.idle(in: pool.name, keeping: Set(image.files.map(\.digest)))
        var freed: Int64 = 0
        let leaving = copies.prefix { copy in
            defer { freed = freed.plus(copy.bytes) }
            return freed < lacking
        }
        freed = leaving.reduce(0) { $0.plus($1.bytes) }
        guard freed >= lacking else {
            refusal.reason +=
                ", and unused copies of images there only \(freed >> 20) MiB: make \(Self.mebibytes(lacking.minus(freed))) MiB "
                + "of room, by destroying machines or enlarging the pool"
            throw refusal
        }
        steps.insert(.sweepImages(leaving.map(\.pruned)), at: 0)
    }

    /// Rounded up.
    private static func mebibytes(_ bytes: Int64) -> Int64 { bytes.plus((1 << 20) - 1) >> 20 }

    private mutating func place(_ seed: Seed, in pool: HostSurvey.Pool) {
        let volume = VolumeName(pool: pool.name, name: "vms-\(id.text)-seed.iso")
        steps.append(.writeSeed(.init(volume: volume, seed: seed)))
        own(volume, format: .raw, isReadOnly: true, in: pool)
    }

    private mutating func own(
        _ volume: VolumeName, format: Image.DiskFormat, isReadOnly: Bool, in pool: HostSurvey.Pool
    ) {
        ownVolumes.append(volume)
        disks.append(
            .init(
                path: "\(pool.path)/\(volume.name)", format: format, target: target(disks.count), isReadOnly: isReadOnly
            ))
    }

    /// The path of an image's file on the host, with a step that sends the file if it is not there yet.
    private mutating func send(
        _ file: Image.File, of image: Image, to pool: HostSurvey.Pool
    ) throws(Refusal) -> String {
        let known = fleet.images(on: host.name).first { $0.digest == file.digest }
        let volume = VolumeName(pool: pool.name, name: "vms-image-\(file.digest.text)")
        if let known, known.volume == volume {
            found.append(known)
        } else {
            guard transfers else {
                throw Refusal(
                    .imageNotOnHost, .transfersDisk,
                    "\(.transfersDisk) is 'false': image \(image.name) is not on the host; give \(.diskPath), or "
                        + "let it be sent",
                    value: "false")
            }
            steps.append(.sendImage(.init(image: image.name, file: file, volume: volume)))
        }
        return "\(pool.path)/\(volume.name)"
    }

    private func target(_ index: Int) -> String {
        let letter = Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(clamping: index)))
        return (survey.hypervisor == .xen ? "xvd" : "vd") + String(letter)
    }
}
