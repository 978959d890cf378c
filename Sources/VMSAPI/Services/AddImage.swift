/// Adds an image to this server, or reports the files to send first.
public struct AddImage: Service {
    public typealias Response = AddImageResponse

    public var manifest = ""
    public var file: [NewImageFile] = []
    public var team: String?

    public init() {}

    public static let access = Access<Self>(.operator, on: .ownerTeam(\.team))

    public static let schema = Schema<Self>(
        "Adds an image. Files without content in the request are sent to the paths in the answer; then the same call "
            + "again adds the image, also after a broken connection. The image is not visible until it is complete and checked."
    ) {
        Field("manifest", \.manifest, "Its manifest.json, as text.", .maxLength(65536))
        Field("file", \.file, "Its files.", .items(1...3))
        Field("team", \.team, "Team that will own the image; by default the caller's only team.", .maxLength(63))
    }
}

/// The response of `addImage`.
public struct AddImageResponse: Message {
    public var result = "SUCCESS"
    public var image: Image?
    public var missing: [MissingImageFile] = []

    public init() {}

    public static let schema = Schema<Self>("The image, or the files that are missing.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("image", \.image, "The image, once all files have arrived.")
        Field("missing", \.missing, "The files to send first.")
    }
}
