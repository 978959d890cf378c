/// The result of one check of a host.
public struct HostCheck: Message {
    public var name = ""
    public var verdict = HostVerdict.ok
    public var found = ""
    public var remedy: String?

    public init() {}

    public static let schema = Schema<Self>("The result of one check of a host.") {
        Field("name", \.name, "Name of the check, such as ssh, key, libvirtd, bridge, pool.")
        Field("verdict", \.verdict, "Whether the check passed.")
        Field("found", \.found, "The results of the proof.")
        Field("remedy", \.remedy, "How to correct it; left out if nothing is wrong.")
    }
}
