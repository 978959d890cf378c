import ScriptedServer
import Testing
import VMSAPI
import VMSClient

@testable import vms

/// Commands that follow an operation until its end.
extension CommandTests {
    static func operation(_ state: String, done: Int, rest: String = "") -> ScriptedServer.Reply {
        .init(
            200,
            #"{"result":"SUCCESS","operation":{"id":"o1","service":"createVirtualMachine","state":"\#(state)","#
                + #""step":"sendImage","done":\#(done),"total":3\#(rest)}}"#)
    }

    @Test("The operation of a long service is followed and printed")
    func follow() async throws {
        let outcome = try await vms("vm", "create", "h1", "r1", "--vm-ip", "10.0.0.1", "--vm-ram", "96", "--progress") {
            request, count in
            if request.path == "/v1/createVirtualMachine" {
                return .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            }
            if request.path == "/v1/getVirtualMachineStatus" {
                return .init(
                    200,
                    #"{"result":"SUCCESS","getName":"r1","memory":98304,"maxMem":98304,"getMaxMemory":98304,"vcpus":1,"#
                        + #""getMaxVcpus":1,"cpuTime":1,"state":"running","phyServer":"h1","uuid":"u1","#
                        + #""interface":[{"mac":"52:54:00:00:00:01"}],"asked":{"state":"running","vmIP":"10.0.0.1/24"}}"#
                )
            }
            return count < 2
                ? Self.operation("running", done: 1, rest: #","bytesDone":1048576,"bytesTotal":3145728"#)
                : Self.operation("succeeded", done: 3, rest: #","phyServer":"h1","vmName":"r1""#)
        }
        #expect(outcome.status == .done)
        #expect(outcome.requests.first?.text.contains(#""async":true"#) == true)
        #expect(
            outcome.requests.dropFirst().map(\.path).filter { $0 != "/v1/getOperation" }
                == ["/v1/getVirtualMachineStatus"])
        #expect(outcome.errors.hasSuffix("succeeded\n"))
        #expect(
            outcome.output == """
                vmName      r1
                phyServer   h1
                vmIP        10.0.0.1/24
                uuid        u1
                macAddress  52:54:00:00:00:01

                """)
    }

    @Test("If a created machine cannot be read, its operation is printed")
    func madeAndGone() async throws {
        let outcome = try await vms("vm", "create", "h1", "r1", "--vm-ip", "10.0.0.1", "--vm-ram", "96") { request, _ in
            switch request.path {
            case "/v1/createVirtualMachine": .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            case "/v1/getOperation": Self.operation("succeeded", done: 3, rest: #","phyServer":"h1","vmName":"r1""#)
            default: .init(404, #"{"code":"machineNotFound","reason":"gone"}"#)
            }
        }
        #expect(outcome.status == .done)
        #expect(outcome.output.contains("state      succeeded\n"))
    }

    @Test("A proxy without its server, and a busy server, are called again while an operation is followed")
    func awayForAMoment() async throws {
        let away = [
            ScriptedServer.Reply(502, "<html>Bad Gateway</html>", type: "text/html"),
            .init(503, "", type: "text/plain"), .init(504, "{}"),
            .init(503, #"{"code":"serverBusy","reason":"others have all the room"}"#),
        ]
        let outcome = try await vms("operation", "watch", "o1") { _, count in
            count < away.count ? away[count] : Self.operation("succeeded", done: 3)
        }
        #expect(outcome.status == .done, "\(outcome.errors)")
        #expect(outcome.requests.count == away.count + 1)
    }

    @Test("Any other answer instead of an operation's state is reported with the operation")
    func lost() async throws {
        for (reply, status) in [
            (ScriptedServer.Reply(200, "<html>login</html>", type: "text/html"), ProgramStatus.unreachable),
            (.init(404, "not here", type: "text/plain"), .unreachable),
            (.init(500, #"{"code":"storeFailed","reason":"the database cannot be read"}"#), .fault),
        ] {
            let outcome = try await vms("vm", "destroy", "h1", "r1") { request, _ in
                request.path == "/v1/getOperation" ? reply : .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            }
            #expect(outcome.status == status)
            #expect(outcome.errors.contains("vms operation watch o1"), "\(outcome.errors)")
        }
        let gone = try await vms("operation", "watch", "o1") { _, _ in
            .init(404, #"{"code":"operationNotFound","reason":"there is no operation 'o1'"}"#)
        }
        #expect(!gone.errors.contains("may continue"))
    }

    @Test("The loss of the server while an operation is followed is reported with the operation")
    func serverAway() {
        let screen = Screen()
        let status = Failure(LostOperation(operation: "o1", reason: .unreachable(server: "http://s", why: "refused")))
            .report(on: screen.console()) { _ in ("", false) }
        #expect(status == .unreachable)
        #expect(screen.errors.contains("vms operation watch o1"))
    }

    @Test("A failed operation is printed, reported as a fault, and ends with 1")
    func failedOperation() async throws {
        let outcome = try await vms("operation", "watch", "o1") { _, _ in
            Self.operation("failed", done: 1, rest: #","code":"noAnswer","reason":"r1 did not answer""#)
        }
        #expect(outcome.status == .fault)
        #expect(outcome.errors == "vms: noAnswer: r1 did not answer (operation o1)\n")
        #expect(outcome.output.contains("failed"))
    }

    @Test("With async the operation's id is printed immediately, alone")
    func async() async throws {
        let outcome = try await vms("vm", "destroy", "h1", "r1", "--async") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(outcome.output == "o1\n")
        #expect(outcome.requests.count == 1)
        let called = try await vms("call", "destroyVirtualMachine", "phyServer=h1", "vmName=r1", "async=true") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(called.output == "o1\n")
    }

    @Test("A call waits for the service's own response, and follows the operation only with --progress")
    func callWaits() async throws {
        let outcome = try await vms("call", "startVirtualMachine", "phyServer=h1", "vmName=r1") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(outcome.requests.count == 1)
        #expect(outcome.requests.first?.text.contains("async") == false)
    }
}
