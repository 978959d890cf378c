/// A host's size (`virNodeInfo`).
public struct NodeInfo: Sendable, Hashable {
    /// The processor, for example `x86_64`.
    public let model: String
    /// In KiB.
    public let memoryKiB: UInt64
    /// Active processors.
    public let cpus: Int
    /// Expected frequency; 0 when unknown.
    public let mhz: Int
    /// NUMA nodes.
    public let nodes: Int
    /// Sockets in a node.
    public let sockets: Int
    /// Cores in a socket.
    public let cores: Int
    /// Threads in a core.
    public let threads: Int
}
