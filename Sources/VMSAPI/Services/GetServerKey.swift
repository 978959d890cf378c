/// The server's public SSH key, by which hosts accept it.
public struct GetServerKey: Service {
    public typealias Response = GetServerKeyResponse

    public init() {}

    public static let access = Access<Self>(.admin, on: .server, changes: false)

    public static let schema = Schema<Self>(
        "The server's public SSH key, as a line for a host's /root/.ssh/authorized_keys."
    ) {

    }
}

/// The response of `getServerKey`.
public struct GetServerKeyResponse: Message {
    public var result = "SUCCESS"
    public var key = ""

    public init() {}

    public static let schema = Schema<Self>("The server's public SSH key.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("key", \.key, "The line for authorized_keys.")
    }
}
