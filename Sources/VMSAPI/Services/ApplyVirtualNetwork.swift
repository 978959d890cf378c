/// Makes a virtual network as it is asked for, from nothing or by what differs.
public struct ApplyVirtualNetwork: Service, AskedNetwork {
    public typealias Response = ApplyVirtualNetworkResponse

    public var nodeCount: Int32?
    public var phyServer: [String] = []
    public var vmName: [String] = []
    public var vmIP: [String] = []
    public var vmRAM: [Int64] = []
    public var netInterface: [String] = []
    public var networkName: String?
    public var image: String?
    public var stack: String?
    public var router: [NetworkRouter] = []
    public var link: [NetworkLink] = []
    public var plan: String?
    public var abandon: Bool?
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Makes a network of that name as it is described: creates it when there is none, otherwise changes only what differs and repairs what its hosts have lost. Proves it whole before anything is taken away; until then a failure undoes everything. Applied twice, it does nothing."
    ) {
        networkFields
        Field(
            "plan", \.plan,
            "The plan that was looked at, as planVirtualNetwork named it: refused when something else would be done now.",
            .maxLength(64), .neverEmpty)
        Field(
            "abandon", \.abandon,
            "Give up what of the network is on hosts that do not answer, and may still be there: nothing on them may be asked for any more. Refused while all answer."
        )
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `applyVirtualNetwork` answers.
public struct ApplyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var network: VirtualNetwork?
    public var change: [NetworkChange] = []
    public var transferredBytes: Int64?
    public var phase: [Phase] = []
    public var abandoned: [AbandonedPart] = []
    public var warning: String?
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network, as asked for and proven (or its operation, with async).") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it; left out when there was nothing to do.")
        Field("network", \.network, "The network, with everything that was chosen for it.")
        Field("change", \.change, "What differed; empty for a new network, and when there was nothing to do.")
        Field("transferredBytes", \.transferredBytes, "Bytes sent to hosts, images and seeds.", .unit("bytes"))
        Field("phase", \.phase, "Time spent on each stage.")
        Field("abandoned", \.abandoned, "What was given up with hosts that do not answer.")
        Field(
            "warning", \.warning, "What nobody can know of what was given up; left out where nothing was.",
            .maxLength(65536))
        Field("note", \.note, "What is worth knowing of the hosts, and does not stand in the way.")
    }
}
