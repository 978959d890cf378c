/// Checks that the server is up: returns the text that it was sent.
public struct SanityTest: Service {
    public typealias Response = SanityTestResponse

    public var testString = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "Checks that the server is up: returns the text that it was sent, unchanged to the last code point."
    ) {
        Field("testString", \.testString, "Any text.", .allowsEmpty, .verbatim, .maxLength(1_048_576))
    }
}

/// The response of `sanityTest`.
public struct SanityTestResponse: Message {
    public var result = "SUCCESS"
    public var testString = ""

    public init() {}

    public static let schema = Schema<Self>("The text that was sent.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("testString", \.testString, "The text that was sent.", .allowsEmpty, .verbatim)
    }
}
