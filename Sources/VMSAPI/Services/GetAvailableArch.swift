/// The architectures for which there are images.
public struct GetAvailableArch: Service {
    public typealias Response = GetAvailableArchResponse

    public var os: String?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("The architectures for which there are images.") {
        Field("os", \.os, "Only images of this operating system.", .maxLength(128))
    }
}

/// The response of `getAvailableArch`.
public struct GetAvailableArchResponse: Message {
    public var result = "SUCCESS"
    public var arch: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Architectures.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("arch", \.arch, "Architectures, sorted.")
    }
}
