import Control
import Foundation
import Logging
import Model
import Testing

@testable import Hosts
@testable import Libvirt

/// Counts the calls to a host, each of which takes a round trip. Data about many objects must come in one call.
@Suite(
    .enabled(if: PrivateDaemon.isPossible, Comment(rawValue: PrivateDaemon.obstacle ?? "possible")),
    .serialized, .timeLimit(.minutes(5)))
struct BulkCallTests {
    private static let many = 120

    @Test("a list of machines and a survey take as many calls with 120 machines as with one")
    func readings() async throws {
        let daemon = try await PrivateDaemon.start()
        let direct = try await Connection.open(daemon.uri)
        for number in 0..<Self.many {
            try await direct.defineDomain(
                xml: """
                    <domain type='qemu'><name>d\(number)</name><memory unit='MiB'>16</memory>
                    <os><type arch='x86_64'>hvm</type></os></domain>
                    """)
        }
        for name in ["one", "two", "three"] {
            try await direct.defineDirectoryPool(named: name, path: "\(daemon.path)/\(name)")
        }
        let relay = try CountingRelay(to: "\(daemon.path)/socket/libvirt-sock")
        var access = HostAccess(identity: SSHIdentity(folder: "\(daemon.path)/ssh"))
        access.patience = .seconds(60)
        access.socketFolders = ["/tmp"]
        let hosts = LibvirtHosts(vault: NoVault(), access: access, log: Logger(label: "test"))
        let host = Model.Host(
            name: "h1", hostKey: nil, addresses: [], uri: "qemu+unix:///system?socket=\(relay.path)", memoryMiB: nil)

        let first = try await hosts.machines(on: host)
        #expect(first.count == Self.many && first.allSatisfy { $0.state == .shutOff })
        _ = relay.taken()
        #expect(try await hosts.machines(on: host).count == Self.many)
        #expect(relay.taken() <= 2)
        let survey = try await hosts.survey(host)
        #expect(survey.domains.count == Self.many && survey.pools.map(\.name) == ["one", "three", "two"])
        #expect(survey.pools.allSatisfy { $0.available > 0 && $0.path.hasPrefix(daemon.path) && $0.type == "dir" })
        #expect(survey.availableMemory ?? 0 > 0)
        // Four calls for each pool, and the calls for the host itself.
        #expect(relay.taken() <= 20)
        #expect(try await hosts.machine(named: "d7", on: host)?.name == "d7")
        #expect(relay.taken() <= 20)
        let definitions = try await direct.definitions()
        #expect(definitions.count == Self.many && definitions.allSatisfy { $0.texts.count == 1 })
        await hosts.close()
    }
}

/// A vault without images: these tests send none.
struct NoVault: ImageVault {
    func images() async throws(Refusal) -> [Image] { [] }
    func file(of digest: Digest) async throws(Refusal) -> StoredFile { throw none }
    func add(_ draft: ImageDraft) async throws(Refusal) -> ImageAddition { throw none }
    func append(_ bytes: [UInt8], at offset: Int64, to file: String, of upload: String) async throws(Refusal) -> Int64 {
        throw none
    }
    func cancel(upload: String) async throws(Refusal) { throw none }
    func uploads() async throws(Refusal) -> [IncompleteUpload] { [] }
    func forgetAbandonedUploads() async {}
    func remove(_ image: Image) async throws(Refusal) { throw none }
    func tags() async throws(Refusal) -> [ImageTag] { [] }
    func tag(_ tag: ImageTag) async throws(Refusal) { throw none }
    func untag(_ tag: ImageTag) async throws(Refusal) { throw none }
    func chosenDefault() async throws(Refusal) -> String? { nil }
    func choose(defaultImage: String) async throws(Refusal) { throw none }

    private var none: Refusal { Refusal(.internalError, "there is no image") }
}
