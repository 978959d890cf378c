/// The key by which hosts accept this server.
public struct GetServerKey: Service {
    public typealias Response = GetServerKeyResponse

    public init() {}

    public static let schema = Schema<Self>(
        "The public key of this server, as a line for a host's /root/.ssh/authorized_keys."
    ) {

    }
}

/// What `getServerKey` answers.
public struct GetServerKeyResponse: Message {
    public var result = "SUCCESS"
    public var key = ""

    public init() {}

    public static let schema = Schema<Self>("The public key of this server.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("key", \.key, "The line for authorized_keys.")
    }
}
