/// One image, with its files and the hosts that have it.
public struct GetImage: Service {
    public typealias Response = GetImageResponse

    public var image = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .image(\.image))

    public static let schema = Schema<Self>("One image, with its files and the hosts that have it.") {
        Field(
            "image", \.image, "Its name, name:version or name:tag; a name alone is its newest version.", .maxLength(256)
        )
    }
}

/// The response of `getImage`.
public struct GetImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?

    public init() {}

    public static let schema = Schema<Self>("The image.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("image", \.image, "The image.")
    }
}
