/// Gives up an image that is on its way in.
public struct CancelImageUpload: Service {
    public typealias Response = CancelImageUploadResponse

    public var upload = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Gives up an image that was announced by addImage and is not whole yet: what has arrived of it is removed."
    ) {
        Field(
            "upload", \.upload, "The upload, as in the paths that addImage tells: /images/uploads/UPLOAD/FILE.",
            .maxLength(64))
    }
}

/// What `cancelImageUpload` answers.
public struct CancelImageUploadResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("It is gone.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
    }
}
