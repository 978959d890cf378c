/// Removes an image from this server.
public struct RemoveImage: Service {
    public typealias Response = RemoveImageResponse

    public var image = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Removes an image that was added to this server; refused while a machine is made from this version. Copies on hosts stay."
    ) {
        Field("image", \.image, "Its name, name:version or name:tag; the newest version by its name.", .maxLength(256))
    }
}

/// What `removeImage` answers.
public struct RemoveImageResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("It is gone.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
    }
}
