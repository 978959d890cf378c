/// Adds an image to this server, or says what of it has to be sent before.
public struct AddImage: Service {
    public typealias Response = AddImageResponse

    public var manifest = ""
    public var file: [NewImageFile] = []

    public init() {}

    public static let schema = Schema<Self>(
        "Adds an image. Files whose content is not given are sent to the paths that the answer tells; then the same call "
            + "again adds it, also after a broken connection. It is seen by nobody until it is whole and checked."
    ) {
        Field("manifest", \.manifest, "Its manifest.json, as text.", .maxLength(65536))
        Field("file", \.file, "Its files.", .items(1...3))
    }
}

/// What `addImage` answers.
public struct AddImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?
    public var missing: [MissingImageFile] = []

    public init() {}

    public static let schema = Schema<Self>("The image, or what is missing of it.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("image", \.image, "The image, once all of it has arrived.")
        Field("missing", \.missing, "What has to be sent before.")
    }
}
