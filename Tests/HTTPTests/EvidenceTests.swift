import Control
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Testing

@testable import HTTP

/// Which credential a request carries.
struct EvidenceTests {
    private func evidence(_ headers: [(String, String)], path: String = "/") throws -> Authenticator.Evidence {
        var fields = HTTPFields()
        for (name, value) in headers {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let head = HTTPRequest(method: .post, scheme: nil, authority: "x", path: path, headerFields: fields)
        return try Authenticator.Evidence(Request(head: head, body: RequestBody(buffer: ByteBuffer())))
    }

    private func bearer(_ texts: String...) -> [(String, String)] { texts.map { ("Authorization", "Bearer \($0)") } }

    @Test("a token comes as Bearer, or as the password of Basic, and more than once if it is the same")
    func token() throws {
        #expect(try evidence([]) == .none)
        #expect(try evidence(bearer("a")) == .token("a"))
        #expect(try evidence(bearer("a", "a")) == .token("a"))
        // "ana:a"
        #expect(try evidence(bearer("a") + [("Authorization", "basic YW5hOmE=")]) == .token("a"))
    }

    @Test("headers that disagree, and other schemes, are refused")
    func disagreement() {
        for headers in [
            bearer("a", "b"), bearer("a") + [("Authorization", "Basic YW5hOmI=")],
            [("Authorization", "Digest username=\"ana\"")], [("Authorization", "Bearer")],
            [("Authorization", "Basic %%%")], [("Authorization", "Basic YW5h")],
        ] {
            #expect(throws: Refusal.self, "\(headers)") { try evidence(headers) }
        }
    }

    @Test("a token in the address is refused, whatever else the request carries")
    func address() {
        #expect(throws: Refusal.self) { try evidence(bearer("a"), path: "/v1/whoAmI?token=vms_x") }
    }

    @Test("a UsernameToken counts more than a certificate or a cookie, and must agree with the header Authorization")
    func usernameToken() throws {
        #expect(try Authenticator.Evidence.none.adding("a") == .token("a"))
        #expect(try Authenticator.Evidence.certificate(Digest("c")).adding("a") == .token("a"))
        #expect(try Authenticator.Evidence.session("s").adding("a") == .token("a"))
        #expect(try Authenticator.Evidence.token("a").adding("a") == .token("a"))
        #expect(try Authenticator.Evidence.session("s").adding(nil) == .session("s"))
        #expect(throws: Refusal.self) { try Authenticator.Evidence.token("a").adding("b") }
    }

    @Test("of several cookies of a session, none counts unless they are equal")
    func cookies() throws {
        for (values, right) in [
            (["__Host-vms=a"], "a"), (["x=1; __Host-vms=a ; y=2"], "a"), (["__Host-vms=a", "__Host-vms=a"], "a"),
            (["__Host-vms=a; __Host-vms=b"], nil), (["__Host-vmsx=a", "vms=a", "__Host-vms"], nil),
        ] as [([String], String?)] {
            var fields = HTTPFields()
            for value in values { fields.append(HTTPField(name: .cookie, value: value)) }
            let head = HTTPRequest(method: .get, scheme: nil, authority: "x", path: "/", headerFields: fields)
            #expect(SessionCookie.secret(in: Request(head: head, body: RequestBody(buffer: ByteBuffer()))) == right)
        }
    }
}
