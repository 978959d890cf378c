import Testing

@testable import Model

@Suite("The identity of a host")
struct HostIdentityTests {
    private let own = HostIdentity(uuid: "u", machine: "m", boot: "b")

    @Test("one computer under two names is refused; equal UUIDs, or equal disks, alone are not")
    func apart() throws {
        let refused = #expect(throws: Refusal.self) {
            try HostIdentity.checkDistinct("h2", own, from: [("h2", own), ("h1", own)])
        }
        #expect(refused?.code == .hostAddressTaken && refused?.reason.contains("'h1'") == true)
        try HostIdentity.checkDistinct("h2", own, from: [("h2", own)])
        for other in [
            HostIdentity(uuid: "u", machine: "x", boot: "b"), HostIdentity(uuid: "x", machine: "m", boot: "b"),
            HostIdentity(uuid: "u", machine: "m", boot: "x"),
        ] {
            try HostIdentity.checkDistinct("h2", own, from: [("h1", other)])
        }
    }

    @Test("hosts that report only a UUID may differ; a migration between equal UUIDs is refused")
    func uuidOnly() throws {
        let bare = HostIdentity(uuid: "u", machine: nil, boot: nil)
        try HostIdentity.checkDistinct("h2", bare, from: [("h1", bare), ("h3", own)])
        #expect(bare.check(beside: [("h1", bare)])?.found.contains("h1") == true)
        #expect(bare.check(asNew: "h2", beside: [("h1", bare)]) == nil)
        #expect(bare.reasonAgainstMove(to: own)?.contains("host_uuid_source") == true)
        #expect(own.reasonAgainstMove(to: HostIdentity(uuid: "x", machine: "m", boot: "b")) == nil)
    }

    @Test("prepare reports a UUID that another host shares")
    func warned() {
        #expect(own.check(beside: [("h1", own), ("h3", HostIdentity(uuid: "x", machine: "m", boot: "b"))]) == nil)
        let check = own.check(beside: [("h3", HostIdentity(uuid: "u", machine: "y", boot: "b"))])
        #expect(check?.verdict == .warning && check?.found.contains("h3") == true)
    }
}
