/// The images of the catalogue.
public struct ListImages: Service {
    public typealias Response = ListImagesResponse

    public init() {}

    public static let schema = Schema<Self>("The router images this server can send to hosts.") {

    }
}

/// What `listImages` answers.
public struct ListImagesResponse: Message {
    public var result = "SUCCESS"
    public var image: [Image] = []

    public init() {}

    public static let schema = Schema<Self>("The images.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("image", \.image, "The images, by name.")
    }
}
