import Foundation
import Logging
import Model
import Synchronization
import Testing

@testable import Hosts
@testable import Libvirt

/// A call that hangs for one machine does not show that its host is lost.
@Suite(.timeLimit(.minutes(5))) struct BusyMachineTests {
    @Test("the connection stays while the host answers other questions")
    func stays() async throws {
        let host = Model.Host(name: "t1", hostKey: nil, addresses: [], uri: "test:///default", memoryMiB: nil)
        let folder = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
        let session = HostSession(host: host, access: HostAccess(identity: SSHIdentity(folder: folder)))
        let opened = try await session.opened(patience: .seconds(30))
        let gate = DispatchSemaphore(value: 0)
        await hang(1, about: nil, of: opened.connection, at: gate)
        #expect(opened.connection.isSuspect)
        #expect(try await session.opened(patience: .seconds(30)).connection === opened.connection)
        #expect(await session.stillAnswers())
        gate.signal()
        await session.close()
    }

    private static let host = Model.Host(
        name: "t1", hostKey: nil, addresses: [], uri: "test:///default", memoryMiB: nil)
    private static let id = MachineID("6695eb01-f6a4-8304-79aa-97f2502e193f")

    private func hosts(patience: Duration) -> LibvirtHosts {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
        var access = HostAccess(identity: SSHIdentity(folder: folder))
        access.patience = patience
        return LibvirtHosts(vault: NoVault(), access: access, log: Logger(label: "t"))
    }

    /// Starts calls that hold a thread of the connection until the gate is opened for them.
    private func hang(
        _ count: Int, about subject: String?, of connection: Connection, at gate: DispatchSemaphore
    ) async {
        // A call whose deadline passes before it begins holds no thread.
        while connection.lane.stuck < count {
            await #expect {
                try await connection.concerning(subject) {
                    try await connection.withDeadline(.milliseconds(10)) {
                        try await connection.perform("virDomainGetXMLDesc") { _ in gate.wait() }
                    }
                }
            } throws: {
                $0 ~=~ .operationTimeout
            }
        }
    }

    @Test("a machine that is read by its id is busy as well, and so is its host for other questions")
    func byID() async throws {
        let hosts = hosts(patience: .seconds(2))
        let connection = try await hosts.session(Self.host).opened(patience: .seconds(30)).connection
        let gate = DispatchSemaphore(value: 0)
        await hang(4, about: nil, of: connection, at: gate)
        let thrown = await refusal { _ = try await hosts.machine(Self.id, on: Self.host) }
        #expect(thrown?.code == .machineBusy && thrown?.reason.contains("its host answers") == true)
        for question in [
            { _ = try await hosts.survey(Self.host) }, { _ = try await hosts.machines(on: Self.host) },
        ] as [() async throws -> Void] {
            let thrown = await refusal(question)
            #expect(thrown?.code == .machineBusy && thrown?.reason.contains("host 't1' answers, but") == true)
        }
        for _ in 0..<4 { gate.signal() }
        await hosts.close()
    }

    @Test("while a call for a machine hangs, no other call is made for it, and everything else is reported")
    func besides() async throws {
        let hosts = hosts(patience: .seconds(30))
        let connection = try await hosts.session(Self.host).opened(patience: .seconds(30)).connection
        let gate = DispatchSemaphore(value: 0)
        await hang(1, about: Self.id.text, of: connection, at: gate)
        for _ in 1...6 {
            #expect(await refusal { _ = try await hosts.machine(Self.id, on: Self.host) }?.code == .machineBusy)
        }
        #expect(connection.lane.stuck == 1)
        let survey = try await hosts.survey(Self.host)
        #expect(survey.schedulerType == nil && survey.domains.map(\.id) == [Self.id])
        #expect(try await hosts.machines(on: Self.host).map(\.id) == [Self.id])
        #expect(try await hosts.machine(MachineID("00000000-0000-0000-0000-000000000001"), on: Self.host) == nil)
        gate.signal()
        while connection.isSuspect { await Task.yield() }
        #expect(try await hosts.machine(Self.id, on: Self.host)?.name == "test")
        #expect(try await hosts.survey(Self.host).schedulerType == "fair")
        await hosts.close()
    }

    private func refusal(_ body: () async throws -> Void) async -> Refusal? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("the end of a monitor or of another host's connection is not the loss of the host")
    func monitors() async throws {
        let connection = try await Connection.open("test:///default")
        let ended = LibvirtError(.internalError, "End of file from qemu monitor (vm='r1')", call: "virDomainCreate")
        let socket = LibvirtError(
            .systemError, "Failed to connect socket to '/x': Connection refused", call: "virDomainX")
        let broken = LibvirtError(.systemError, "Cannot recv data: Connection reset by peer", call: "virStreamSend")
        for error in [ended, socket] {
            let thrown = await Refusal.of(error, over: connection)
            #expect(thrown.code == .hypervisorFailed && thrown.reason.contains(error.message))
        }
        #expect(await Refusal.of(broken, over: connection).code == .hostUnreachable)
        await connection.close()
        for error in [ended, socket, broken] {
            #expect(await Refusal.of(error, over: connection).code == .hostUnreachable)
        }
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
