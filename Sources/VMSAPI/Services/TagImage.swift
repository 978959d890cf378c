/// Gives a version of an image a movable name, or takes it away.
public struct TagImage: Service {
    public typealias Response = TagImageResponse

    public var image = ""
    public var tag = ""
    public var remove: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Gives a version of an image a movable name: name:tag then means this version, until the tag is given to another."
    ) {
        Field("image", \.image, "Its name, name:version or name:tag; the newest version by its name.", .maxLength(256))
        Field(
            "tag", \.tag,
            "1 to 63 letters, digits, dots, hyphens, underscores; begins with a letter or digit; no version of the image.",
            .maxLength(255))
        Field("remove", \.remove, "Take the tag away instead; of image only the name counts.")
    }
}

/// What `tagImage` answers.
public struct TagImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?

    public init() {}

    public static let schema = Schema<Self>("The tag is given, or gone.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("image", \.image, "The version that has it now; left out with remove.")
    }
}
