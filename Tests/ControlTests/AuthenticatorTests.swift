import Foundation
import Logging
import Model
import Simulator
import Storage
import Synchronization
import Testing

@testable import Control

/// Which credentials are accepted, and when.
struct AuthenticatorTests {
    private final class Clock: Sendable {
        private let state = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        var now: Date { state.withLock { $0 } }
        func set(_ date: Date) { state.withLock { $0 = date } }
    }

    private let clock = Clock()
    private let book: AccessBook
    private let authenticator: Authenticator

    init() throws {
        var context = ControlPlane(
            store: try SQLStore.inMemory(), hypervisor: Simulator(hosts: []), vault: SimulatedVault(),
            settings: ControlPlane.Settings(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).context
        context.now = { [clock] in clock.now }
        book = AccessBook(context)
        authenticator = Authenticator(context)
    }

    private func call(_ text: String, from address: String = "192.0.2.1") async -> Refusal.Code? {
        await refusal {
            try await authenticator.caller(
                .token(text), from: CallOrigin(address: IPAddress(address), allowsNone: false))
        }?.code
    }

    private func addUser() async throws {
        _ = try await book.add("ana", kind: .user, serverRole: .viewer, teams: [:])
    }

    @Test("a token is valid until its end, whatever the clock did before")
    func expiry() async throws {
        try await addUser()
        let (token, text) = try await book.addToken(for: "ana", days: 1)
        clock.set(token.expires.addingTimeInterval(-1))
        #expect(await call(text) == nil)
        clock.set(token.expires)
        #expect(await call(text) == .notAuthenticated)
        // A clock that jumps back makes it valid again.
        clock.set(token.expires.addingTimeInterval(-86_400))
        #expect(await call(text) == nil)
    }

    @Test("guesses at one token from many addresses are limited, and the right secret is accepted all the same")
    func guesses() async throws {
        try await addUser()
        let right = try await book.addToken(for: "ana").text
        let known = try #require(TokenText(right))
        let id = try #require(Base32.bytes(of: known.id.text.utf8))
        var codes: [Refusal.Code?] = []
        for number in 1...30 {
            let wrong = TokenText(id: id, secret: Secret.random(TokenText.secretLength)).text
            codes.append(await call(wrong, from: "198.51.100.\(number)"))
        }
        #expect(codes.prefix(20).allSatisfy { $0 == .notAuthenticated })
        #expect(codes.suffix(10).allSatisfy { $0 == .tooManyFailures })
        #expect(await call(right, from: "198.51.100.30") == nil)
    }

    @Test("of changes of a team's quota at the same time, all hold")
    func quotas() async throws {
        _ = try await book.addTeam("red")
        let changes: [@Sendable (inout Quota) -> Void] = [
            { $0.machines = 7 }, { $0.vcpus = 7 }, { $0.memoryMiB = 7 }, { $0.diskMiB = 7 }, { $0.networks = 7 },
            { $0.bandwidthKbit = 7 }, { $0.operations = 7 }, { $0.moves = 7 },
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for change in changes {
                group.addTask { [book] in try await book.setQuota(of: "red") { change(&$0) } }
            }
            try await group.waitForAll()
        }
        var right = Quota()
        for change in changes { change(&right) }
        #expect(try await book.usage(of: "red").team.quota == right)
    }
}
