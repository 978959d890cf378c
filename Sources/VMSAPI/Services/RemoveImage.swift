/// Removes an image from this server.
public struct RemoveImage: Service {
    public typealias Response = RemoveImageResponse

    public var image = ""

    public init() {}

    public static let access = Access<Self>(.operator, on: .image(\.image))

    public static let schema = Schema<Self>(
        "Removes an image that was added to this server; refused while a machine uses this version. Copies on hosts stay."
    ) {
        Field(
            "image", \.image, "Its name, name:version or name:tag; a name alone is its newest version.", .maxLength(256)
        )
    }
}

/// The response of `removeImage`.
public struct RemoveImageResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("It is removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
