public import FoundationEssentials

/// Types on a machine's console.
public struct SendConsole: Service {
    public typealias Response = SendConsoleResponse

    public var vmName = ""
    public var text: String?
    public var data: Data?
    public var takeOver: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .anyMachine(\.vmName))

    public static let schema = Schema<Self>(
        "Types on a machine's console. One program types at a time: it keeps the console until it has typed nothing for "
            + "a minute, or another one takes it over."
    ) {
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field(
            "text", \.text, "What to type; a line feed is the Enter key.", .maxLength(16384), .verbatim)
        Field("data", \.data, "Bytes to send instead of a text, such as control characters.", .maxLength(65536))
        Field("takeOver", \.takeOver, "Take the console over if another program types on it.")
    }
}

/// The response of `sendConsole`.
public struct SendConsoleResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The bytes were sent to the machine.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
