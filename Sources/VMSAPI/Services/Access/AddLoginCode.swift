/// Makes a code with which a browser begins a session for the caller, once, within a minute.
public struct AddLoginCode: Service {
    public typealias Response = AddLoginCodeResponse

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible, changes: true)

    public static let schema = Schema<Self>(
        "Makes a code with which a browser begins a session for the caller, once, within a minute."
    ) {}
}

/// The response of `addLoginCode`.
public struct AddLoginCodeResponse: Message {
    public var result = "SUCCESS"
    public var code = ""
    public var seconds = Int32(0)

    public init() {}

    public static let schema = Schema<Self>("The code.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("code", \.code, "The code. The server's page /login takes it behind a #.")
        Field("seconds", \.seconds, "Seconds within which it must be used.")
    }
}
