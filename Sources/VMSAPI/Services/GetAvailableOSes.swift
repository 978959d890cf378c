/// The operating systems there are images of.
public struct GetAvailableOSes: Service {
    public typealias Response = GetAvailableOSesResponse

    public init() {}

    public static let schema = Schema<Self>("The operating systems there are images of.") {

    }
}

/// What `getAvailableOSes` answers.
public struct GetAvailableOSesResponse: Message {
    public var result = "SUCCESS"
    public var os: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Operating systems.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("os", \.os, "Operating systems, sorted.")
    }
}
