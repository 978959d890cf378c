public import FoundationEssentials

/// A router image that this server can send to hosts.
public struct Image: Message {
    public var name = ""
    public var version = ""
    public var tag: [String] = []
    public var os = ""
    public var arch = ""
    public var kernelVersion = ""
    public var stack: [String] = []
    public var minimumRAM: Int32 = 0
    public var size: Int64 = 0
    public var isDefault = false
    public var description: String?
    public var file: [ImageFile] = []
    public var phyServer: [String] = []
    public var copy: [ImageCopy] = []

    public init() {}

    public static let schema = Schema<Self>("A router image that this server can send to hosts.") {
        Field("name", \.name, "Its name.")
        Field("version", \.version, "Its version.")
        Field("tag", \.tag, "Tags that name this version.")
        Field("os", \.os, "Operating system.")
        Field("arch", \.arch, "Processor architecture.")
        Field("kernelVersion", \.kernelVersion, "Version of its kernel.")
        Field("stack", \.stack, "Its protocol stacks.")
        Field("minimumRAM", \.minimumRAM, "Minimum memory.", .unit("MiB"))
        Field("size", \.size, "Size of its files; holes in them are never sent.", .unit("bytes"))
        Field("default", \.isDefault, "Whether it is the default for requests that name none.")
        Field("description", \.description, "What it is.")
        Field("file", \.file, "Its files; only in getImage and addImage.")
        Field("phyServer", \.phyServer, "Hosts that have all its files; only in getImage.")
        Field("copy", \.copy, "The same, with the time of the last use of each; only in getImage.")
    }
}

/// A complete copy of an image on a host.
public struct ImageCopy: Message {
    public var phyServer = ""
    public var lastUsed: Instant?

    public init() {}

    public static let schema = Schema<Self>("A complete copy of an image on a host.") {
        Field("phyServer", \.phyServer, "The host.")
        Field(
            "lastUsed", \.lastUsed, "Last use: when it was sent there, or a machine of it was created or destroyed.")
    }
}

/// A copy of an image's file on a host, and whether it is removed.
public struct SweptImageCopy: Message {
    public var phyServer = ""
    public var image: String?
    public var leaves = false
    public var reason = ""
    public var size: Int64 = 0
    public var lastUsed: Instant?
    public var pool = ""
    public var volume = ""

    public init() {}

    public static let schema = Schema<Self>("A copy of an image's file on a host, and whether it is removed.") {
        Field("phyServer", \.phyServer, "The host.")
        Field("image", \.image, "Its image; left out if no image of this server has the file.")
        Field("leaves", \.leaves, "Whether it was removed, or would be with dryRun.")
        Field("reason", \.reason, "The reason for the decision.")
        Field("size", \.size, "Space that it uses on the host's disk.", .unit("bytes"))
        Field("lastUsed", \.lastUsed, "Last use, as far as known.")
        Field("pool", \.pool, "Its storage pool.")
        Field("volume", \.volume, "Its volume; the name ends in the file's SHA-256.")
    }
}

/// One file of an image.
public struct ImageFile: Message {
    public var digest = ""
    public var size: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("One file of an image.") {
        Field("digest", \.digest, "SHA-256 of its content, in hexadecimal.")
        Field("size", \.size, "Its size, holes included.", .unit("bytes"))
    }
}

/// A file of an image to add.
public struct NewImageFile: Message {
    public var name = ""
    public var size: Int64?
    public var digest: String?
    public var content: Data?

    public init() {}

    public static let schema = Schema<Self>("A file of an image to add.") {
        Field("name", \.name, "Its name in the manifest.", .maxLength(255))
        Field(
            "size", \.size, "Its size; required without content.", .unit("bytes"),
            .range(1...1_099_511_627_776))
        Field("digest", \.digest, "Expected SHA-256 of its content, in hexadecimal.", .maxLength(64))
        Field(
            "content", \.content,
            "The whole content in base64, for small files; otherwise the file is sent to its path.")
    }
}

/// A file of an image that has not arrived completely.
public struct MissingImageFile: Message {
    public var name = ""
    public var path = ""
    public var received: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("A file of an image that has not arrived completely.") {
        Field("name", \.name, "Its name in the manifest.")
        Field("path", \.path, "Path on this server for the upload, by HTTP's PATCH with the header Upload-Offset.")
        Field("received", \.received, "Bytes that have arrived; the upload continues there.", .unit("bytes"))
    }
}
