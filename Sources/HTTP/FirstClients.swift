/// How a service was called, for the few that answer the first clients otherwise than all others.
enum FirstClients {
    /// Whether the call came to an address that only they use.
    @TaskLocal static var areCalling = false

    /// Axis2 served this server's first version, whose clients have such addresses built in.
    static func use(_ path: String) -> Bool { path.hasPrefix("/axis2/") }
}
