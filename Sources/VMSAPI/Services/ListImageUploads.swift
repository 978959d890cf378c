public import FoundationEssentials

/// The images on their way in.
public struct ListImageUploads: Service {
    public typealias Response = ListImageUploadsResponse

    public init() {}

    public static let schema = Schema<Self>(
        "The images that addImage has begun and of which something is still to come. One of which nothing came for an hour "
            + "makes room for others when there is none left; after a week it goes."
    ) {

    }
}

/// What `listImageUploads` answers.
public struct ListImageUploadsResponse: Message {
    public var result = "SUCCESS"
    public var upload: [ImageUpload] = []

    public init() {}

    public static let schema = Schema<Self>("The images on their way in.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("upload", \.upload, "Each of them, the one of which nothing came for longest first.")
    }
}

/// An image on its way in.
public struct ImageUpload: Message {
    public var upload = ""
    public var name = ""
    public var version = ""
    public var received: Int64 = 0
    public var size: Int64 = 0
    public var lastPiece: Instant?

    public init() {}

    public static let schema = Schema<Self>("An image on its way in.") {
        Field("upload", \.upload, "What cancelImageUpload calls it.")
        Field("name", \.name, "The image's name.")
        Field("version", \.version, "Its version.")
        Field("received", \.received, "How much of it has arrived.", .unit("bytes"))
        Field("size", \.size, "All of it.", .unit("bytes"))
        Field("lastPiece", \.lastPiece, "When something of it came last.")
    }
}
