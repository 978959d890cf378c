/// A disk that is on the host already and is to become a machine's.
struct GivenDisk: Equatable {
    var path: String
    var format: Image.DiskFormat
    var isBlock: Bool

    /// Needs no host.
    ///
    /// - Throws: `invalidValue` unless it is an absolute path without `..` and control characters.
    static func check(_ path: String) throws(Refusal) {
        guard path.hasPrefix("/"), !path.split(separator: "/").contains(".."), path.utf8.count <= 4096,
            path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw refusal(.invalidValue, path, "must be an absolute path without '..' and control characters") }
    }

    /// One that a new machine asks for.
    ///
    /// What is not allowed and what is not there have one answer, so that nobody finds out what a host has.
    /// - Throws: `diskNotFound`, `diskInUse`, `invalidValue` for what is no disk, `notOffered` where the hypervisor cannot
    ///   read it.
    init(asked: String, told: HostDisk, hypervisor: HypervisorKind) throws(Refusal) {
        guard told.isAllowed else {
            throw Self.refusal(
                .diskNotFound, asked,
                "the host has no disk there that machines may be given: it must be a volume of an active storage pool, or lie "
                    + "under a path that the operator allowed (--allow-disk-path)")
        }
        let name = told.path.split(separator: "/").last ?? ""
        guard !name.hasPrefix(Self.own) else {
            throw Self.refusal(
                .diskInUse, asked,
                "names that begin with '\(Self.own)' are VMS's own: copies of images, disks of machines")
        }
        switch told.kind {
        case .absent: throw Self.refusal(.diskNotFound, asked, "there is nothing at that path on the host")
        case .other(let what):
            throw Self.refusal(.invalidValue, asked, "it is \(what): must be a regular file or a block device")
        case .file, .block: break
        }
        if let use = told.uses.first { throw Self.refusal(.diskInUse, asked, use) }
        if let hindrance = told.hindrances.first { throw Self.refusal(.invalidValue, asked, hindrance) }
        guard let content = told.format else {
            throw Self.refusal(.invalidValue, asked, "the host cannot tell what it holds")
        }
        guard let format = Image.DiskFormat(rawValue: content) else {
            throw Self.refusal(.invalidValue, asked, "it holds \(content.shown): must be raw or qcow2")
        }
        guard format == .raw || hypervisor != .xen else {
            throw Self.refusal(.notOffered, asked, "it holds qcow2, which this Xen host cannot read; take a raw one")
        }
        self.init(told.path, format, isBlock: told.kind == .block)
    }

    /// One that a machine has already.
    init(_ disk: ObservedMachine.Disk, at path: String) {
        self.init(path, disk.format.flatMap(Image.DiskFormat.init(rawValue:)) ?? .raw, isBlock: disk.isBlock)
    }

    private init(_ path: String, _ format: Image.DiskFormat, isBlock: Bool) {
        self.path = path
        self.format = format
        self.isBlock = isBlock
    }

    /// How names begin of everything that VMS makes in a pool.
    private static let own = "vms-"

    private static func refusal(_ code: Refusal.Code, _ path: String, _ why: String) -> Refusal {
        Refusal(code, .diskPath, "\(.diskPath) is '\(path.shown)': \(why)", value: path.shown)
    }
}
