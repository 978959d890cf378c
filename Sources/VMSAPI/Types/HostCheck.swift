/// One line of what was found on a host.
public struct HostCheck: Message {
    public var name = ""
    public var verdict = HostVerdict.ok
    public var found = ""
    public var remedy: String?

    public init() {}

    public static let schema = Schema<Self>("One thing that was looked at on a host.") {
        Field("name", \.name, "What was looked at, such as ssh, key, libvirtd, bridge, pool.")
        Field("verdict", \.verdict, "Whether it is as it has to be.")
        Field("found", \.found, "What was found.")
        Field("remedy", \.remedy, "How to mend it; left out when nothing has to be.")
    }
}
