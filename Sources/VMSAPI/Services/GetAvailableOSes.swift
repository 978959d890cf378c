/// The operating systems of the images.
public struct GetAvailableOSes: Service {
    public typealias Response = GetAvailableOSesResponse

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("The operating systems of the images.") {

    }
}

/// The response of `getAvailableOSes`.
public struct GetAvailableOSesResponse: Message {
    public var result = "SUCCESS"
    public var os: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Operating systems.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("os", \.os, "Operating systems, sorted.")
    }
}
