/// A host's report about a path that a machine is to use as its disk.
package struct HostDisk: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case absent, file, block
        /// Any other kind, in words: a folder, a FIFO.
        case other(String)
    }

    /// The path with all symbolic links resolved.
    package var path: String
    package var kind: Kind
    /// Whether machines may use it: it is a volume of an active storage pool, or the operator allowed it.
    package var isAllowed: Bool
    /// Format of its content: `raw`, `qcow2`, or QEMU's name of another format; `nil` if the host could not
    /// determine it.
    package var format: String?
    /// Reasons why it cannot be used as it is, in words: it has a backing file, is encrypted, or is mounted.
    package var obstacles: [String] = []
    /// Its users under any name, in words: machines of the host (running or only defined), and volumes based on
    /// it.
    package var uses: [String] = []

    package init(path: String, kind: Kind, isAllowed: Bool, format: String?) {
        self.path = path
        self.kind = kind
        self.isAllowed = isAllowed
        self.format = format
    }
}
