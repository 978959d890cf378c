import Control
import Hummingbird
import Logging
import Model
import Synchronization
import VMSAPI

@testable import HTTP

/// The real application on a loopback port of its own, with a few services.
struct RunningServer: Sendable {
    let port: Int
    let meter: ServiceMeter
    let log: LogBook

    static let endpoints = [
        Endpoint(SanityTest.self) { request in
            var response = SanityTestResponse()
            response.testString = request.testString
            return response
        },
        // Fails with the code that is sent as the machine's name.
        Endpoint(DestroyVirtualMachine.self) { request throws(Refusal) in
            throw Refusal(Refusal.Code(rawValue: request.vmName) ?? .internalError, "it's <so>")
        },
        // Work for as long as a test holds them.
        Endpoint(PlanVirtualNetwork.self) { request in
            LongWorkTests.work(request.networkName ?? "")
            return PlanVirtualNetworkResponse()
        }.planning,
        Endpoint(GetAvailableArch.self) { request in
            LongWorkTests.work(request.os ?? "")
            return GetAvailableArchResponse()
        },
        Endpoint(GetAvailableOSes.self) { _ in
            var response = GetAvailableOSesResponse()
            response.os = (0..<100).map { "operating system \($0)" }
            return response
        },
        // Reports whether one of the first clients calls.
        Endpoint(GetAvailableKernelVersions.self) { _ in
            var response = GetAvailableKernelVersionsResponse()
            response.kernelVersion = [FirstClients.areCalling ? "2010" : "now"]
            return response
        }.listing,
    ]

    /// Runs a server for the duration of `body`, at most 30 seconds.
    static func run(
        _ change: (inout HTTPServer.Settings) -> Void = { _ in },
        ready: @escaping @Sendable () async -> Bool = { true },
        endpoints: [Endpoint] = Self.endpoints, access: any AccessControl = OpenAccess(),
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        var settings = HTTPServer.Settings()
        change(&settings)
        let log = LogBook()
        let logger = Logger(label: "test") { _ in log }
        let meter = ServiceMeter()
        let httpServer = HTTPServer(
            settings: settings, table: ServiceTable(endpoints, access: access, meter: meter, log: logger), meter: meter,
            log: logger, ready: ready)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let listener = HTTPServer.Listener(.tcp(host: "127.0.0.1", port: 0), allowsNone: true)
        let application = httpServer.application(on: listener) {
            port.yield($0)
            port.finish()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                for await number in ports {
                    try await Deadline.run { try await body(RunningServer(port: number, meter: meter, log: log)) }
                }
            }
            // The body ends first; if the server ends first, its error is thrown.
            try await group.next()
            group.cancelAll()
        }
    }
}

/// The access control of a server whose callers may do everything.
struct OpenAccess: AccessControl {
    let sessions = Sessions()
    private let limiter = CallLimiter()

    func caller(_ evidence: Authenticator.Evidence, from origin: CallOrigin) async throws(Refusal) -> Caller {
        .local(from: origin.address)
    }

    func carryOut<Answer: Sendable>(
        _ call: ServiceCall, by caller: Caller, result: (Answer) -> (operation: String?, objects: [String]),
        _ body: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer { try await body() }

    func check(_ call: ServiceCall, by caller: Caller) async throws(Refusal) {}

    func stay(_ caller: Caller) throws(Refusal) -> CallLimiter.LastingSeat { try limiter.stay(caller) }
}

/// Ends a test after 30 s, so that a test that waits forever fails.
enum Deadline {
    struct Passed: Error {}

    static func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                throw Passed()
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
