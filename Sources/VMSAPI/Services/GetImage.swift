/// One image, with its files and the hosts that have it.
public struct GetImage: Service {
    public typealias Response = GetImageResponse

    public var image = ""

    public init() {}

    public static let schema = Schema<Self>("One image, with its files and the hosts that have it.") {
        Field("image", \.image, "Its name, or name:version; the newest version without one.", .maxLength(256))
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
