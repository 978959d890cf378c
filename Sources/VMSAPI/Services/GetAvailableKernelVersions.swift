/// The kernel versions of the images.
public struct GetAvailableKernelVersions: Service {
    public typealias Response = GetAvailableKernelVersionsResponse

    public var os: String?
    public var arch: String?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("The kernel versions of the images.") {
        Field("os", \.os, "Only images of this operating system.", .maxLength(128))
        Field("arch", \.arch, "Only images for this architecture.", .maxLength(64))
    }
}

/// The response of `getAvailableKernelVersions`.
public struct GetAvailableKernelVersionsResponse: Message {
    public var result = "SUCCESS"
    public var kernelVersion: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Kernel versions.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("kernelVersion", \.kernelVersion, "Kernel versions, sorted.")
    }
}
