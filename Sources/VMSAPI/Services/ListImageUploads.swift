public import FoundationEssentials

/// The image uploads that are not complete.
public struct ListImageUploads: Service {
    public typealias Response = ListImageUploadsResponse

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "Lists the uploads that addImage began and that are not complete. An upload that received nothing for an hour "
            + "gives way to others when there is no space left; after a week it is removed."
    ) {

    }
}

/// The response of `listImageUploads`.
public struct ListImageUploadsResponse: Message {
    public var result = "SUCCESS"
    public var upload: [ImageUpload] = []

    public init() {}

    public static let schema = Schema<Self>("The uploads that are not complete.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("upload", \.upload, "The uploads, the longest idle first.")
    }
}

/// An image upload that is not complete.
public struct ImageUpload: Message {
    public var upload = ""
    public var name = ""
    public var version = ""
    public var received: Int64 = 0
    public var size: Int64 = 0
    public var lastPiece: Instant?

    public init() {}

    public static let schema = Schema<Self>("An image upload that is not complete.") {
        Field("upload", \.upload, "Its id, for cancelImageUpload.")
        Field("name", \.name, "The image's name.")
        Field("version", \.version, "Its version.")
        Field("received", \.received, "Bytes that have arrived.", .unit("bytes"))
        Field("size", \.size, "Bytes in total.", .unit("bytes"))
        Field("lastPiece", \.lastPiece, "Time when data last arrived.")
    }
}
