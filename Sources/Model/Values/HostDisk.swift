/// What a host tells of a path that a machine is to have as its disk.
package struct HostDisk: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case absent, file, block
        /// What it is, in words: a folder, a FIFO.
        case other(String)
    }

    /// Where it is once every link on the way is followed.
    package var path: String
    package var kind: Kind
    /// Whether machines may be given it: a volume of an active storage pool, or what the operator allowed.
    package var isAllowed: Bool
    /// What its content is: `raw`, `qcow2`, or another format's name as QEMU has it; `nil` where the host could not tell.
    package var format: String?
    /// What it cannot be used for as it is, in words: that it is based on another file, is encrypted, or mounted.
    package var hindrances: [String] = []
    /// Who uses it under any name, in words: machines of the host, running or only defined, volumes that are based on it.
    package var uses: [String] = []

    package init(path: String, kind: Kind, isAllowed: Bool, format: String?) {
        self.path = path
        self.kind = kind
        self.isAllowed = isAllowed
        self.format = format
    }
}
