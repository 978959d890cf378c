/// One thing in which a network is not as it is asked for.
public struct NetworkChange: Message {
    public var kind = ChangeKind.change
    public var part = ChangedPart.router
    public var name = ""
    public var difference = ""

    public init() {}

    public static let schema = Schema<Self>("One thing in which a network is not as it is asked for.") {
        Field(
            "kind", \.kind,
            "What is to be done: add, change or remove what is asked for otherwise than before, or repair what a host has "
                + "lost.")
        Field("part", \.part, "What it concerns.")
        Field("name", \.name, "Name of the router or the link.")
        Field("difference", \.difference, "What differs, in words for people; they may change.")
    }
}
