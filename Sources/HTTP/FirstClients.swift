/// Tells calls of the first clients from all others, for the few services that answer them differently.
enum FirstClients {
    /// Whether the call came to an address that only the first clients use.
    @TaskLocal static var areCalling = false

    /// Axis2 served the first version of this server; the clients of that version have such addresses built in.
    static func use(_ path: String) -> Bool { path.hasPrefix("/axis2/") }
}
