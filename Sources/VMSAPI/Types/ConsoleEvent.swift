/// What happened on a console besides its bytes.
public struct ConsoleEvent: Message {
    public var kind = ConsoleEventKind.opened
    public var phyServer: String?
    public var from: String?
    public var bytes: Int64?
    public var user: String?
    public var reason: String?

    public init() {}

    public static let schema = Schema<Self>("What happened on a console besides its bytes.") {
        Field("kind", \.kind, "What happened.")
        Field("phyServer", \.phyServer, "The host whose console is shown from here on, or was until now.")
        Field("from", \.from, "With moved: the host before.")
        Field("bytes", \.bytes, "With gap: how many bytes are missing, if that is known.", .unit("bytes"))
        Field("user", \.user, "With writer: the user who types now.")
        Field("reason", \.reason, "With closed: why the console cannot be read.")
    }
}

/// Kinds of events on a console.
public enum ConsoleEventKind: String, WireEnum {
    /// The console is read from here on.
    case opened
    /// The machine was moved, and its console is read on its new host.
    case moved
    /// Bytes are missing.
    case gap
    /// The console cannot be read at present.
    case closed
    /// Another user types.
    case writer
}
