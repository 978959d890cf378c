/// Gives a version of an image a movable name, or removes the name.
public struct TagImage: Service {
    public typealias Response = TagImageResponse

    public var image = ""
    public var tag = ""
    public var remove: Bool?

    public init() {}

    public static let access = Access<Self>(.operator, on: .image(\.image))

    public static let schema = Schema<Self>(
        "Gives a version of an image a movable name: name:tag refers to this version until the tag moves to another."
    ) {
        Field(
            "image", \.image, "Its name, name:version or name:tag; a name alone is its newest version.", .maxLength(256)
        )
        Field(
            "tag", \.tag,
            "1 to 63 letters, digits, dots, hyphens, underscores; begins with a letter or digit; not equal to a version of the image.",
            .maxLength(255))
        Field("remove", \.remove, "Remove the tag instead; of image, only the name matters.")
    }
}

/// The response of `tagImage`.
public struct TagImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?

    public init() {}

    public static let schema = Schema<Self>("The tag is set, or removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("image", \.image, "The version that has the tag now; left out with remove.")
    }
}
