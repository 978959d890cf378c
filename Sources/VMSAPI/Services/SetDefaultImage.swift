/// Chooses the image for requests that name none.
public struct SetDefaultImage: Service {
    public typealias Response = SetDefaultImageResponse

    public var image = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>("Chooses the image for requests that name none.") {
        Field(
            "image", \.image, "Its name, for its newest version at any time; name:version; or name:tag.",
            .maxLength(256))
    }
}

/// The response of `setDefaultImage`.
public struct SetDefaultImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?

    public init() {}

    public static let schema = Schema<Self>("The default image from now on.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("image", \.image, "The image.")
    }
}
