import FoundationEssentials
import Testing

@testable import Model

@Suite("Tokens") struct TokenTextTests {
    private static let token = TokenText(id: [1, 2, 3, 4, 5], secret: (0..<32).map { $0 })

    @Test("a token's text is read again, and has a form that scanners find") func roundTrip() throws {
        let text = Self.token.text
        #expect(text.hasPrefix("vms_") && text.utf8.count == 71)
        #expect(TokenText(text) == Self.token)
    }

    @Test("no other text is a token", arguments: ["", "vms_", "abc", String(repeating: "a", count: 71)])
    func others(text: String) { #expect(TokenText(text) == nil) }

    @Test("one wrong character is found, wherever it is") func typos() {
        let text = Array(Self.token.text)
        for index in text.indices {
            var other = text
            other[index] = text[index] == "b" ? "c" : "b"
            #expect(TokenText(String(other)) == nil, "\(index)")
        }
    }

    @Test("base32 as in RFC 4648, section 10") func base32() {
        let vectors = ["": "", "f": "my", "fo": "mzxq", "foo": "mzxw6", "foob": "mzxw6yq", "fooba": "mzxw6ytb"]
        for (plain, text) in vectors {
            #expect(Base32.text(of: plain.utf8) == text)
            #expect(Base32.bytes(of: text.utf8) == Array(plain.utf8))
        }
        // Unused bits that are not 0, and a character outside of the alphabet.
        #expect(Base32.bytes(of: "mz".utf8) == nil && Base32.bytes(of: "m1".utf8) == nil)
    }

    @Test("CRC-32 of the standard check text") func crc() { #expect(CRC32.sum(of: "123456789".utf8) == 0xCBF4_3926) }
}

@Suite("Rights") struct RightsTests {
    private static let now = Date(timeIntervalSince1970: 1_000_000)
    private static let (red, blue) = (TeamID("red"), TeamID("blue"))
    private static let (one, two) = (NetworkID("1"), NetworkID("2"))
    private static let ofRed = Rights.Object(team: red, network: one)

    private static func rights(
        _ serverRole: Role? = nil, _ teams: [TeamID: Role] = [:], _ shares: [Share] = [],
        _ narrowing: Narrowing = Narrowing(), disabled: Bool = false
    ) -> Rights {
        var principal = Principal(name: "ana", serverRole: serverRole, teams: teams, created: now)
        principal.isDisabled = disabled
        let records = AccessRecords(principals: [principal], shares: shares)
        return Rights(of: principal, narrowing, in: records, at: now)
    }

    @Test("a role on the server is one on everything") func server() {
        for role in Role.allCases {
            let rights = Self.rights(role)
            #expect(rights.role(on: .server) == role && rights.role(on: Self.ofRed) == role && rights.seesAll)
        }
    }

    @Test("a role in a team is one on what the team owns, and on nothing else") func team() {
        let rights = Self.rights(nil, [Self.red: .operator])
        #expect(rights.role(on: Self.ofRed) == .operator)
        #expect(rights.role(on: .init(team: Self.blue)) == nil && rights.role(on: .server) == nil && !rights.seesAll)
        #expect(rights.teams == [Self.red])
    }

    @Test("the highest of several roles holds") func highest() {
        let share = Share(network: Self.one, grantee: .principal("ana"), role: .operator)
        #expect(Self.rights(.viewer, [Self.red: .user], [share]).role(on: Self.ofRed) == .operator)
        #expect(Self.rights(.viewer, [Self.red: .user]).role(on: Self.ofRed) == .user)
    }

    @Test("a share holds for its network alone, until its end") func share() {
        let until = Share(
            network: Self.one, grantee: .principal("ana"), role: .user, until: Self.now.addingTimeInterval(1))
        let over = Share(network: Self.two, grantee: .principal("ana"), role: .user, until: Self.now)
        let rights = Self.rights(nil, [:], [until, over])
        #expect(rights.role(on: Self.ofRed) == .user)
        #expect(rights.role(on: .init(team: Self.red)) == nil)
        #expect(rights.role(on: .init(team: Self.red, network: Self.two)) == nil)
        #expect(rights.namedNetworks == [Self.one])
    }

    @Test("a share with a team gives each member at most its role there") func sharedWithTeam() {
        let share = Share(network: Self.one, grantee: .team(Self.blue), role: .operator)
        for role in Role.allCases {
            #expect(Self.rights(nil, [Self.blue: role], [share]).role(on: Self.ofRed) == min(role, .operator))
        }
        #expect(Self.rights(nil, [:], [share]).role(on: Self.ofRed) == nil)
    }

    @Test("a token narrows roles and networks, and never widens them") func narrowed() {
        let low = Self.rights(.admin, [:], [], Narrowing(role: .viewer))
        #expect(low.role(on: .server) == .viewer && low.role(on: Self.ofRed) == .viewer)
        let high = Self.rights(.viewer, [:], [], Narrowing(role: .admin))
        #expect(high.role(on: .server) == .viewer)
        let one = Self.rights(.admin, [:], [], Narrowing(networks: [Self.one]))
        #expect(one.role(on: Self.ofRed) == .admin && one.role(on: .server) == nil && !one.seesAll)
        #expect(one.role(on: .init(team: Self.red, network: Self.two)) == nil)
    }

    @Test("a token narrows services and addresses") func narrowedCalls() throws {
        let narrowing = Narrowing(
            services: ["getEvents"], sources: [try IPPrefix("10.0.0.0/24", subject: .source)])
        #expect(narrowing.allows(service: "getEvents") && !narrowing.allows(service: "sanityTest"))
        #expect(narrowing.allows(source: IPAddress("10.0.0.9")))
        // As a socket for both families reports it.
        #expect(narrowing.allows(source: IPAddress("::ffff:10.0.0.9")))
        #expect(!narrowing.allows(source: IPAddress("10.0.1.9")) && !narrowing.allows(source: nil))
    }

    @Test("a disabled user has no rights at all") func disabled() {
        let rights = Self.rights(.admin, [Self.red: .admin], [], disabled: true)
        #expect(rights.role(on: .server) == nil && rights.role(on: Self.ofRed) == nil)
    }
}

@Suite("Access records") struct AccessRecordsTests {
    private static let now = Date(timeIntervalSince1970: 1_000_000)

    @Test("a user leaves with its tokens, shares and certificates; a team with its shares and roles") func removal() {
        let (team, network) = (TeamID("t"), NetworkID("n"))
        var user = Principal(name: "ana", teams: [team: .user], created: Self.now)
        user.certificateKeys = [Digest("k")]
        let token = Token(
            id: TokenID("i"), principal: "ana", digest: Digest("d"), created: Self.now, expires: Self.now)
        var records = AccessRecords(
            principals: [user], teams: [Team(id: team, name: "red", created: Self.now)], tokens: [token],
            shares: [
                Share(network: network, grantee: .principal("ana"), role: .user),
                Share(network: network, grantee: .team(team), role: .user),
            ])
        #expect(records.principal(certificateKey: Digest("k")) == user && records.shares(of: network).count == 2)
        records.apply(.removeTeam(team))
        #expect(records.principal("ana")?.teams == [:] && records.shares(of: network).count == 1)
        records.apply(.removePrincipal("ana"))
        #expect(records.token(TokenID("i")) == nil && records.shares(of: network).isEmpty)
        #expect(records.principal(certificateKey: Digest("k")) == nil)
        #expect(records.teams == [.standard])
    }
}
