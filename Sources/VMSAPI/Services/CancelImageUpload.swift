/// Cancels an image upload that is not complete.
public struct CancelImageUpload: Service {
    public typealias Response = CancelImageUploadResponse

    public var upload = ""

    public init() {}

    public static let access = Access<Self>(.operator, on: .upload(\.upload))

    public static let schema = Schema<Self>(
        "Cancels an image upload that addImage began and that is not complete: the data received so far is removed."
    ) {
        Field(
            "upload", \.upload, "The upload's id, from the paths that addImage returns: /images/uploads/UPLOAD/FILE.",
            .maxLength(64))
    }
}

/// The response of `cancelImageUpload`.
public struct CancelImageUploadResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("It is removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
