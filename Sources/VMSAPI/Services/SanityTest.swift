/// Whether the server is there: says back what it was told.
public struct SanityTest: Service {
    public typealias Response = SanityTestResponse

    public var testString = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Whether the server is there: answers with the text it was sent, unchanged to the last code point."
    ) {
        Field("testString", \.testString, "Any text.", .allowsEmpty, .verbatim, .maxLength(1_048_576))
    }
}

/// What `sanityTest` answers.
public struct SanityTestResponse: Message {
    public var result = "SUCCESS"
    public var testString = ""

    public init() {}

    public static let schema = Schema<Self>("The text that was sent.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("testString", \.testString, "The text that was sent.", .allowsEmpty, .verbatim)
    }
}
