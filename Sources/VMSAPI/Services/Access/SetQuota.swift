/// Sets limits of a team. What is left out stays.
public struct SetQuota: Service {
    public typealias Response = SetQuotaResponse

    public var team = ""
    public var machines: Int64?
    public var vcpus: Int64?
    public var memory: Int64?
    public var disk: Int64?
    public var networks: Int64?
    public var bandwidth: Int64?
    public var operations: Int64?
    public var moves: Int64?
    public var noLimit: [String] = []

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Sets limits of a team. What is left out stays. What the team has above a lowered limit stays as well, but it gets no more."
    ) {
        Field("team", \.team, "Name of the team.", .maxLength(63))
        Field("machines", \.machines, "Machines.", .range(0...1_000_000_000))
        Field("vcpus", \.vcpus, "Virtual CPUs of all machines.", .range(0...1_000_000_000))
        Field("memory", \.memory, "Memory of all machines.", .unit("MiB"), .range(0...1_000_000_000_000))
        Field("disk", \.disk, "Disks of all machines.", .unit("MiB"), .range(0...1_000_000_000_000))
        Field("networks", \.networks, "Networks.", .range(0...1_000_000_000))
        Field(
            "bandwidth", \.bandwidth, "Sum of the bandwidths that links reserve.", .unit("kbit/s"),
            .range(0...1_000_000_000_000))
        Field(
            "operations", \.operations,
            "Unfinished operations on what it owns; operators of the server may begin more.",
            .range(0...1_000_000_000))
        Field(
            "moves", \.moves, "Machines moved within an hour, by callers that do not operate the server.",
            .range(0...1_000_000_000))
        Field(
            "noLimit", \.noLimit,
            "Names of limits to take away: machines, vcpus, memory, disk, networks, bandwidth, operations, moves.",
            .maxLength(16), .items(0...8))
    }
}

/// The response of `setQuota`.
public struct SetQuotaResponse: Message {
    public var result = "SUCCESS"
    public var quota: [QuotaLimit] = []

    public init() {}

    public static let schema = Schema<Self>("The limits.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("quota", \.quota, "The limits.")
    }
}
