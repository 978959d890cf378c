import Testing

@testable import HTTP

/// Content-Type as clients spell it.
struct ContentTypeTests {
    @Test(
        "Type and charset are found in every spelling",
        arguments: [
            (nil, "", nil), ("", "", nil), ("text/xml", "text/xml", nil), ("TEXT/XML ;", "text/xml", nil),
            ("text/xml; charset=UTF-8", "text/xml", "UTF-8"), ("text/xml;charset=\"utf-8\"", "text/xml", "utf-8"),
            ("text/xml; Charset = 'iso-8859-1'", "text/xml", "iso-8859-1"), ("text/xml; charset=", "text/xml", nil),
            ("application/soap+xml; charset=utf-8; action=\"urn:a\"", "application/soap+xml", "utf-8"),
            ("application/soap+xml; action=\"urn:a;b\"; charset=utf-16", "application/soap+xml", "utf-16"),
        ] as [(String?, String, String?)])
    func spellings(header: String?, type: String, charset: String?) {
        #expect(ContentType(header).type == type)
        #expect(ContentType(header).charset == charset)
    }
}
