public import FoundationEssentials

/// What a machine's console shows.
public struct ReadConsole: Service {
    public typealias Response = ReadConsoleResponse

    public var vmName = ""
    public var from = "start"
    public var wait: Int32 = 0
    public var until: [String] = []
    public var raw: Bool?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .anyMachine(\.vmName))

    public static let schema = Schema<Self>(
        "What a machine's console shows, at most 32 KiB at once. The server reads the console from the first call on, "
            + "until it has had no user for a minute, also when the machine moves; it keeps the newest 256 KiB."
    ) {
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field(
            "from", \.from,
            "Where to begin: start (the oldest that is kept), end (only what comes), or next of the last answer.",
            .maxLength(120), .optional)
        Field(
            "wait", \.wait, "How long to wait if nothing is there, or until one of the texts appears.",
            .unit("seconds"), .range(0...60), .optional)
        Field(
            "until", \.until, "Wait until one of these texts appears.", .items(0...16), .maxLength(256), .verbatim)
        Field("raw", \.raw, "Return all bytes, in data, instead of a text without control characters.")
    }
}

/// The response of `readConsole`.
public struct ReadConsoleResponse: Message {
    public var result = "SUCCESS"
    public var text: String?
    public var data: Data?
    public var next = ""
    public var found: Bool?
    public var note: [ConsoleEvent] = []

    public init() {}

    public static let schema = Schema<Self>("A part of what a console shows.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field(
            "text", \.text,
            "What it shows, without control characters and escape sequences; lines end with a line feed.", .verbatim)
        Field("data", \.data, "With raw: what it shows.")
        Field("next", \.next, "The next call's from.")
        Field("found", \.found, "With until: whether one of the texts appeared.")
        Field("note", \.note, "What happened meanwhile.")
    }
}
