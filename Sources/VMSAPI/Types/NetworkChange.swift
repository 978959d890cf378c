/// A difference between the desired and the observed state of a network.
public struct NetworkChange: Message {
    public var kind = ChangeKind.change
    public var part = ChangedPart.router
    public var name = ""
    public var difference = ""

    public init() {}

    public static let schema = Schema<Self>("A difference between the desired and the observed state of a network.") {
        Field(
            "kind", \.kind,
            "Kind of the change: add, change or remove a part of which the description changed, or repair a part that a host "
                + "lost or changed.")
        Field("part", \.part, "The kind of the part: router or link.")
        Field("name", \.name, "Name of the router or the link.")
        Field("difference", \.difference, "The difference, in words for people; they may change.")
    }
}
