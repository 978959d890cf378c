/// A disk that is already on the host and becomes a machine's.
struct GivenDisk: Equatable {
    var path: String
    var format: Image.DiskFormat
    var isBlock: Bool

    /// Checks the path without a host.
    ///
    /// - Throws: `invalidValue` unless it is an absolute path without `..` and control characters.
    static func check(_ path: String) throws(Refusal) {
        guard path.hasPrefix("/"), !path.split(separator: "/").contains(".."), path.utf8.count <= 4096,
            path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw refusal(.invalidValue, path, "must be an absolute path without '..' and control characters") }
    }

    /// A disk that the request for a new machine names.
    ///
    /// A path that is not allowed and a path that does not exist get the same answer, so that callers cannot
    /// find out which files a host has.
    ///
    /// - Throws: `diskNotFound`, `diskInUse`, `invalidValue` for a path that is not a disk, `notOffered` if the
    ///   hypervisor cannot read it.
    init(asked requested: String, told reported: HostDisk, hypervisor: HypervisorKind) throws(Refusal) {
        guard reported.isAllowed else {
            throw Self.refusal(
                .diskNotFound, requested,
                "the host has no disk there that machines may be given: it must be a volume of an active storage pool, or lie "
                    + "under a path that the operator allowed (--allow-disk-path)")
        }
        let name = reported.path.split(separator: "/").last ?? ""
        guard !name.hasPrefix(Self.own) else {
            throw Self.refusal(
                .diskInUse, requested,
                "names that begin with '\(Self.own)' are VMS's own: copies of images, disks of machines")
        }
        switch reported.kind {
        case .absent: throw Self.refusal(.diskNotFound, requested, "there is nothing at that path on the host")
        case .other(let what):
            throw Self.refusal(.invalidValue, requested, "it is \(what): must be a regular file or a block device")
        case .file, .block: break
        }
        if let use = reported.uses.first { throw Self.refusal(.diskInUse, requested, use) }
        if let hindrance = reported.obstacles.first { throw Self.refusal(.invalidValue, requested, hindrance) }
        guard let content = reported.format else {
            throw Self.refusal(.invalidValue, requested, "the host cannot determine its format")
        }
        guard let format = Image.DiskFormat(rawValue: content) else {
            throw Self.refusal(.invalidValue, requested, "it holds \(content.shown): must be raw or qcow2")
        }
        guard format == .raw || hypervisor != .xen else {
            throw Self.refusal(
                .notOffered, requested, "it holds qcow2, which this Xen host cannot read; use a raw one")
        }
        self.init(reported.path, format, isBlock: reported.kind == .block)
    }

    /// A disk that a machine has already.
    init(_ disk: ObservedMachine.Disk, at path: String) {
        self.init(path, disk.format.flatMap(Image.DiskFormat.init(rawValue:)) ?? .raw, isBlock: disk.isBlock)
    }

    private init(_ path: String, _ format: Image.DiskFormat, isBlock: Bool) {
        self.path = path
        self.format = format
        self.isBlock = isBlock
    }

    /// The prefix of all names that VMS makes in a pool.
    private static let own = "vms-"

    private static func refusal(_ code: Refusal.Code, _ path: String, _ why: String) -> Refusal {
        Refusal(code, .diskPath, "\(.diskPath) is '\(path.shown)': \(why)", value: path.shown)
    }
}
