package import Control
internal import VMSAPI

/// Every service of the contract, bound to the function that carries it out. Translation only: decode, call, encode.
package struct ServerEndpoints: Sendable {
    let hosts: HostRegistry
    let machines: Machines
    let networks: Networks
    let images: Images
    let pruning: ImagePruning
    let operations: OperationBook
    let statistics: Statistics
    let consoles: Consoles
    let access: AccessBook
    let permits: Permits
    let sessions: Sessions
    let webhooks: Webhooks

    private let context: ControlContext

    /// The same for the rights of one caller, for services whose answers depend on them.
    func acting(for caller: Caller) -> ServerEndpoints { ServerEndpoints(context.acting(for: caller)) }

    package init(_ context: ControlContext) {
        self.context = context
        hosts = HostRegistry(context)
        machines = Machines(context)
        networks = Networks(context)
        images = Images(context)
        pruning = ImagePruning(context)
        operations = OperationBook(context)
        statistics = Statistics(context)
        consoles = Consoles(context)
        access = AccessBook(context)
        permits = Permits(context)
        sessions = context.sessions
        webhooks = Webhooks(context)
    }

    /// All endpoints, each with its kind of long work.
    package var all: [Endpoint] {
        let planning =
            hostEndpoints + abandonedEndpoints + machineEndpoints + migrationEndpoints + hostShutdownEndpoints
            + networkEndpoints + linkEndpoints
        let listing =
            registeredEndpoints + eventEndpoints + machineListEndpoints + networkReadingEndpoints + topologyEndpoints
            + operationListEndpoints + loadEndpoints + statisticsEndpoints
        return [sanityTest] + schedulerEndpoints + imageEndpoints + statusEndpoints + operationEndpoints
            + accessEndpoints + consoleEndpoints + webhookEndpoints
            + planning.map(\.planning) + listing.map(\.listing)
    }

    private var sanityTest: Endpoint {
        Endpoint(SanityTest.self) { request in
            var response = SanityTestResponse()
            response.testString = request.testString
            return response
        }
    }
}
