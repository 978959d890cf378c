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
        Field("stack", \.stack, "Protocol stacks it speaks.")
        Field("minimumRAM", \.minimumRAM, "Least memory.", .unit("MiB"))
        Field("size", \.size, "Size of its files; holes in them are never sent.", .unit("bytes"))
        Field("default", \.isDefault, "Whether it is taken when a request names none.")
        Field("description", \.description, "What it is.")
        Field("file", \.file, "Its files; told by getImage and addImage.")
        Field("phyServer", \.phyServer, "Hosts that have all of it already; told by getImage.")
        Field("copy", \.copy, "The same, with when each was last used; told by getImage.")
    }
}

/// An image on a host that has all of it.
public struct ImageCopy: Message {
    public var phyServer = ""
    public var lastUsed: Instant?

    public init() {}

    public static let schema = Schema<Self>("An image on a host that has all of it.") {
        Field("phyServer", \.phyServer, "The host.")
        Field(
            "lastUsed", \.lastUsed, "When it was sent there, or a machine made from it was created or destroyed last.")
    }
}

/// A copy of an image's file on a host, and whether it leaves.
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

    public static let schema = Schema<Self>("A copy of an image's file on a host, and whether it leaves.") {
        Field("phyServer", \.phyServer, "The host.")
        Field("image", \.image, "The image it is a file of; left out where no image of this server has it.")
        Field("leaves", \.leaves, "Whether it left; with dryRun, whether it would leave.")
        Field("reason", \.reason, "Why it left, or stays.")
        Field("size", \.size, "What it takes of the host's disk.", .unit("bytes"))
        Field("lastUsed", \.lastUsed, "When it was last used, as far as is known.")
        Field("pool", \.pool, "Its storage pool.")
        Field("volume", \.volume, "Its volume there; the name ends in the file's SHA-256.")
    }
}

/// One file of an image, as it is.
public struct ImageFile: Message {
    public var digest = ""
    public var size: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("One file of an image.") {
        Field("digest", \.digest, "SHA-256 of its content, in hexadecimal.")
        Field("size", \.size, "Its size, holes included.", .unit("bytes"))
    }
}

/// One file of an image that is being added.
public struct NewImageFile: Message {
    public var name = ""
    public var size: Int64?
    public var digest: String?
    public var content: Data?

    public init() {}

    public static let schema = Schema<Self>("One file of an image that is being added.") {
        Field("name", \.name, "As the manifest names it.", .maxLength(255))
        Field(
            "size", \.size, "Its size; needed where content is not given.", .unit("bytes"),
            .range(1...1_099_511_627_776))
        Field("digest", \.digest, "SHA-256 that its content must have, in hexadecimal.", .maxLength(64))
        Field("content", \.content, "All of it, in base64, for small ones; otherwise it is sent to its path.")
    }
}

/// A file of an image that has not arrived yet, or not whole.
public struct MissingImageFile: Message {
    public var name = ""
    public var path = ""
    public var received: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("A file of an image that has not arrived yet, or not whole.") {
        Field("name", \.name, "As the manifest names it.")
        Field("path", \.path, "Where on this server it is sent to, by HTTP's PATCH with the header Upload-Offset.")
        Field("received", \.received, "How many of its bytes have arrived; go on there.", .unit("bytes"))
    }
}
