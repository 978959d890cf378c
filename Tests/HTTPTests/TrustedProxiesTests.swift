import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Testing

@testable import HTTP

@Suite struct TrustedProxiesTests {
    private static let proxies = TrustedProxies(
        ["10.0.0.0/8", "2001:db8:1::/48"].compactMap { try? IPPrefix($0, subject: .source) })

    private func client(_ headers: [(String, String)], from peer: String = "10.0.0.1") throws -> String? {
        var fields = HTTPFields()
        for (name, value) in headers {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let head = HTTPRequest(method: .post, scheme: nil, authority: "x", path: "/", headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return try Self.proxies.client(of: request, from: IPAddress(peer)).map { "\($0)" }
    }

    @Test(
        arguments: [
            ("X-Forwarded-For", "192.0.2.7", "192.0.2.7"),
            ("X-Forwarded-For", "192.0.2.7:4711", "192.0.2.7"),
            ("X-Forwarded-For", "2001:db8:2::7", "2001:db8:2::7"),
            ("X-Forwarded-For", "[2001:db8:2::7]:4711", "2001:db8:2::7"),
            ("X-Forwarded-For", "::ffff:192.0.2.7", "192.0.2.7"),
            ("Forwarded", "for=192.0.2.7", "192.0.2.7"),
            ("Forwarded", "proto=https; For=\"192.0.2.7:80\" ;by=10.0.0.1", "192.0.2.7"),
            ("Forwarded", "for=\"[2001:db8:2::7]:4711\"", "2001:db8:2::7"),
            ("Forwarded", "for=192.0.2.9;host=\"a,b;for=192.0.2.8\", for=192.0.2.7", "192.0.2.7"),
        ])
    func theProxyNamesTheClient(header: String, value: String, address: String) throws {
        #expect(try client([(header, value)]) == address)
    }

    @Test(
        arguments: [
            // The client of the last proxy invented the first address.
            ("X-Forwarded-For", "203.0.113.1, 192.0.2.7", "192.0.2.7"),
            ("Forwarded", "for=203.0.113.1, for=192.0.2.7", "192.0.2.7"),
            ("X-Forwarded-For", "203.0.113.1, 192.0.2.7, 10.0.0.2, 2001:db8:1::1", "192.0.2.7"),
            ("X-Forwarded-For", "203.0.113.1, unknown, 10.0.0.2", "10.0.0.2"),
            ("Forwarded", "for=203.0.113.1, for=_hidden", "10.0.0.1"),
            ("Forwarded", "for=203.0.113.1, proto=https", "10.0.0.1"),
            ("X-Forwarded-For", "", "10.0.0.1"),
        ])
    func whatPrecedesTheLastStrangerIsNotTaken(header: String, value: String, address: String) throws {
        #expect(try client([(header, value)]) == address)
    }

    @Test func severalLinesOfAHeaderAreOneList() throws {
        let lines = [("X-Forwarded-For", "203.0.113.1"), ("X-Forwarded-For", "192.0.2.7, 10.0.0.9")]
        #expect(try client(lines) == "192.0.2.7")
    }

    @Test func aStrangersHeadersAreNotRead() throws {
        #expect(try client([("X-Forwarded-For", "10.0.0.5"), ("Forwarded", "for=10.0.0.6")], from: "192.0.2.1") == nil)
    }

    @Test(arguments: ["for=9.9.9.9;by=\"a,for=192.0.2.7", "for=\"9.9.9.9\\\",for=192.0.2.7"])
    func aQuoteThatDoesNotEndIsRefused(value: String) throws {
        #expect(throws: Unacceptable.self) { try client([("Forwarded", value)]) }
    }

    @Test func headersThatDisagreeAreRefused() throws {
        #expect(try client([("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=192.0.2.7")]) == "192.0.2.7")
        #expect(throws: Unacceptable.self) {
            try client([("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=203.0.113.1")])
        }
    }
}
