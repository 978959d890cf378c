/// Whether a step that fails is being done or undone.
public enum FaultCall: String, WireEnum {
    case perform, undo
}

/// When a step fails.
public enum FaultMoment: String, WireEnum {
    /// The host was not touched.
    case before
    /// It was done, and the answer was lost.
    case after
}

/// A step that goes wrong.
public struct SimulatedFault: Message {
    public var phyServer = ""
    public var number: Int32 = 1
    public var moment = FaultMoment.before
    public var call = FaultCall.perform
    public var times: Int32 = 1
    public var code: String?
    public var hang: Bool?

    public init() {}

    public static let schema = Schema<Self>("A step that goes wrong.") {
        Field("phyServer", \.phyServer, "Host on which it goes wrong.", .maxLength(253))
        Field("number", \.number, "Which of the host's steps, counted from 1 since setFaults.", .range(1...1_000_000))
        Field("moment", \.moment, "before: nothing was done; after: it was done, and the answer was lost.", .optional)
        Field("call", \.call, "perform: a step that is done; undo: one that is taken back.", .optional)
        Field("times", \.times, "How many steps in a row.", .range(1...1_000_000), .optional)
        Field("code", \.code, "Code of the fault; hypervisorFailed where it is left out.", .maxLength(64))
        Field("hang", \.hang, "true: no answer until the caller gives up.", .neverEmpty)
    }
}

/// Sets which steps go wrong.
public struct SetFaults: SimulationService {
    public typealias Response = SimulationResponse

    public var fault: [SimulatedFault] = []

    public init() {}

    public static let schema = Schema<Self>("Sets which steps go wrong from now on; steps are counted anew.") {
        Field("fault", \.fault, "Steps that go wrong.", .items(0...1000))
    }
}

/// Draws steps that go wrong.
public struct DrawFaults: SimulationService {
    public typealias Response = SimulationResponse

    public var seed: Int64 = 0
    public var count: Int32 = 1
    public var within: Int32 = 10

    public init() {}

    public static let schema = Schema<Self>(
        "Draws steps that go wrong from now on: the same ones for the same seed and hosts; steps are counted anew."
    ) {
        Field("seed", \.seed, "Any number.")
        Field("count", \.count, "How many.", .range(1...1000), .optional)
        Field("within", \.within, "Among how many first steps of each host.", .range(1...1_000_000), .optional)
    }
}

/// Ends what is wrong.
public struct ClearFaults: SimulationService {
    public typealias Response = SimulationResponse

    public init() {}

    public static let schema = Schema<Self>(
        "Ends everything that is wrong: steps that fail, cuts, broken links, slow transfers, full pools, lost hosts."
    ) {}
}
