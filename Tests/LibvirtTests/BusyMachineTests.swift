import Foundation
import Model
import Synchronization
import Testing

@testable import Hosts
@testable import Libvirt

/// A call that hangs about one machine says nothing of its host.
@Suite(.timeLimit(.minutes(1))) struct BusyMachineTests {
    @Test("the connection stays while the host answers other questions")
    func stays() async throws {
        let node = Model.Node(name: "t1", hostKey: nil, addresses: [], uri: "test:///default", memoryMiB: nil)
        let folder = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
        let session = HostSession(node: node, access: HostAccess(identity: SSHIdentity(folder: folder)))
        let opened = try await session.opened(patience: .seconds(30))
        let gate = DispatchSemaphore(value: 0)
        await #expect {
            try await opened.connection.withDeadline(.milliseconds(10)) {
                try await opened.connection.perform("virDomainGetInfo") { _ in gate.wait() }
            }
        } throws: {
            $0 ~=~ .operationTimeout
        }
        #expect(opened.connection.isSuspect)
        #expect(try await session.opened(patience: .seconds(30)).connection === opened.connection)
        #expect(await session.stillAnswers())
        gate.signal()
        await session.close()
    }

    @Test("a machine that libvirt has locked is busy; the host did not fail to answer")
    func words() {
        let error = LibvirtError(
            .operationTimeout,
            "Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainMigratePerform3)",
            call: "virDomainCreate")
        #expect(Refusal(error).code == .machineBusy)
        #expect(Refusal(LibvirtError(.operationTimeout, "no answer within 4.5 s", call: "x")).code == .timedOut)
    }
}
