/// The images of the catalogue.
public struct ListImages: ListService {
    public typealias Response = ListImagesResponse
    public typealias Key = ImageKey

    public var filter: [ListTerm<ImageKey>] = []
    public var sort: ListOrder<ImageKey>?
    public var limit: Int32?
    public var after: String?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("The router images that this server can send to hosts.") { listFields }
}

/// The response of `listImages`.
public struct ListImagesResponse: ListAnswer {
    public var result = "SUCCESS"
    public var image: [Image] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The images.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("image", \.image, "The images, by name.")
        listFields
    }
}
