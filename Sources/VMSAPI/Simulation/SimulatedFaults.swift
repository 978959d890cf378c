/// Whether doing or undoing a step fails.
public enum FaultCall: String, WireEnum {
    case perform, undo
}

/// The moment of a fault in a step.
public enum FaultMoment: String, WireEnum {
    /// The host was not changed.
    case before
    /// The step was done, and the answer was lost.
    case after
}

/// A fault in steps of a simulated host.
public struct SimulatedFault: Message {
    public var phyServer = ""
    public var number: Int32 = 1
    public var moment = FaultMoment.before
    public var call = FaultCall.perform
    public var times: Int32 = 1
    public var code: String?
    public var hang: Bool?

    public init() {}

    public static let schema = Schema<Self>("A fault in steps of a simulated host.") {
        Field("phyServer", \.phyServer, "Host of the faulty steps.", .maxLength(253))
        Field(
            "number", \.number, "Index of the first faulty step on the host, counted from 1 since setFaults.",
            .range(1...1_000_000))
        Field(
            "moment", \.moment, "before: the step was not done; after: it was done, and the answer was lost.", .optional
        )
        Field("call", \.call, "perform: doing a step fails; undo: undoing a step fails.", .optional)
        Field("times", \.times, "How many steps in a row fail.", .range(1...1_000_000), .optional)
        Field("code", \.code, "Code of the fault; default: hypervisorFailed.", .maxLength(64))
        Field("hang", \.hang, "true: no answer, until the caller's timeout.", .neverEmpty)
    }
}

/// Sets the steps that fail.
public struct SetFaults: SimulationService {
    public typealias Response = SimulationResponse

    public var fault: [SimulatedFault] = []

    public init() {}

    public static let schema = Schema<Self>("Sets the steps that fail from now on; the count of steps starts again.") {
        Field("fault", \.fault, "The faults.", .items(0...1000))
    }
}

/// Draws random faults.
public struct DrawFaults: SimulationService {
    public typealias Response = SimulationResponse

    public var seed: Int64 = 0
    public var count: Int32 = 1
    public var within: Int32 = 10

    public init() {}

    public static let schema = Schema<Self>(
        "Draws random faults from now on: the same for the same seed and hosts; the count of steps starts again."
    ) {
        Field("seed", \.seed, "Any number.")
        Field("count", \.count, "Number of faults.", .range(1...1000), .optional)
        Field(
            "within", \.within, "The range to draw from: the first steps of each host, up to this number.",
            .range(1...1_000_000), .optional)
    }
}

/// Removes all faults.
public struct ClearFaults: SimulationService {
    public typealias Response = SimulationResponse

    public init() {}

    public static let schema = Schema<Self>(
        "Removes every fault: steps that fail, cuts, broken links, slow transfers, full pools, lost hosts."
    ) {}
}
