/// Chooses the image that is taken when a request names none.
public struct SetDefaultImage: Service {
    public typealias Response = SetDefaultImageResponse

    public var image = ""

    public init() {}

    public static let schema = Schema<Self>("Chooses the image that is taken when a request names none.") {
        Field(
            "image", \.image, "Its name, for its newest version at any time; name:version; or name:tag.",
            .maxLength(256))
    }
}

/// What `setDefaultImage` answers.
public struct SetDefaultImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?

    public init() {}

    public static let schema = Schema<Self>("The image that is taken now.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("image", \.image, "The image.")
    }
}
