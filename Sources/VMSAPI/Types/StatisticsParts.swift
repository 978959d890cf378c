/// Figures of a network interface since its machine was created, as the machine sees them.
public struct InterfaceStatistics: Message {
    public var mac = ""
    public var link: String?
    public var router: String?
    public var phyServer: String?
    public var age: Int64?
    public var rxBytes: Int64?
    public var rxPackets: Int64?
    public var rxErrors: Int64?
    public var rxDrops: Int64?
    public var txBytes: Int64?
    public var txPackets: Int64?
    public var txErrors: Int64?
    public var txDrops: Int64?
    public var point: [SeriesPoint] = []

    public init() {}

    public static let schema = Schema<Self>(
        "Figures of a machine's network interface, over restarts and migrations; what the hypervisor does not report is "
            + "left out."
    ) {
        Field("mac", \.mac, "MAC address.")
        Field("link", \.link, "The link of the virtual network to which it leads.")
        Field("router", \.router, "The router, in statistics of a network.")
        Field("phyServer", \.phyServer, "The router's host, in statistics of a network.")
        Field("age", \.age, "Time since the figures were read, in statistics of a network.", .unit("ms"))
        Field("rxBytes", \.rxBytes, "Received.", .unit("bytes"))
        Field("rxPackets", \.rxPackets, "Packets received.")
        Field("rxErrors", \.rxErrors, "Packets that failed on their way to the machine.")
        Field("rxDrops", \.rxDrops, "Packets dropped on their way to the machine.")
        Field("txBytes", \.txBytes, "Sent.", .unit("bytes"))
        Field("txPackets", \.txPackets, "Packets sent.")
        Field("txErrors", \.txErrors, "Sent packets that failed.")
        Field("txDrops", \.txDrops, "Sent packets that were dropped.")
        Field("point", \.point, "In statistics of a network with from: the means of each step, oldest first.")
    }
}

/// Figures of a machine's disk since the machine was created.
public struct DiskStatistics: Message {
    public var target = ""
    public var readBytes: Int64?
    public var reads: Int64?
    public var writtenBytes: Int64?
    public var writes: Int64?
    public var capacity: Int64?
    public var allocation: Int64?

    public init() {}

    public static let schema = Schema<Self>(
        "Figures of a machine's disk, over restarts and migrations; what the hypervisor does not report is left out."
    ) {
        Field("target", \.target, "Device name, such as vda.")
        Field("readBytes", \.readBytes, "Read.", .unit("bytes"))
        Field("reads", \.reads, "Reads.")
        Field("writtenBytes", \.writtenBytes, "Written.", .unit("bytes"))
        Field("writes", \.writes, "Writes.")
        Field("capacity", \.capacity, "Size for the machine.", .unit("bytes"))
        Field("allocation", \.allocation, "Space used on the host.", .unit("bytes"))
    }
}

/// The space of a host's storage pool.
public struct PoolStatistics: Message {
    public var name = ""
    public var capacity: Int64?
    public var available: Int64?

    public init() {}

    public static let schema = Schema<Self>("The space of a host's storage pool.") {
        Field("name", \.name, "Name of the pool.")
        Field("capacity", \.capacity, "Total space.", .unit("bytes"))
        Field("available", \.available, "Free space.", .unit("bytes"))
    }
}

/// Figures of a link of a virtual network.
public struct LinkStatistics: Message {
    public var name = ""
    public var proven: Instant?
    public var fault: String?
    public var port: [InterfaceStatistics] = []

    public init() {}

    public static let schema = Schema<Self>("Figures of a link of a virtual network.") {
        Field("name", \.name, "Name of the link.")
        Field("proven", \.proven, "When it was last proven; left out after a failure, or when the proof is in doubt.")
        Field("fault", \.fault, "Code of the last proof's failure.")
        Field("port", \.port, "The interface of each router on it.")
    }
}
