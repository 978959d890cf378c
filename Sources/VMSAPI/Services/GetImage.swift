/// One image, with its files and the hosts that have it.
public struct GetImage: Service {
    public typealias Response = GetImageResponse

    public var image = ""

    public init() {}

    public static let schema = Schema<Self>("One image, with its files and the hosts that have it.") {
        Field("image", \.image, "Its name, name:version or name:tag; the newest version by its name.", .maxLength(256))
    }
}

/// What `getImage` answers.
public struct GetImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?

    public init() {}

    public static let schema = Schema<Self>("The image.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("image", \.image, "The image.")
    }
}
