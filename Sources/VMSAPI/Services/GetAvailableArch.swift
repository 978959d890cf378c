/// The architectures there are images for.
public struct GetAvailableArch: Service {
    public typealias Response = GetAvailableArchResponse

    public var os: String?

    public init() {}

    public static let schema = Schema<Self>("The architectures there are images for.") {
        Field("os", \.os, "Only images of this operating system.", .maxLength(128))
    }
}

/// What `getAvailableArch` answers.
public struct GetAvailableArchResponse: Message {
    public var result = "SUCCESS"
    public var arch: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Architectures.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("arch", \.arch, "Architectures, sorted.")
    }
}
