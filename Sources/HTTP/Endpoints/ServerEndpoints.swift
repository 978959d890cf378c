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

    package init(_ context: ControlContext) {
        hosts = HostRegistry(context)
        machines = Machines(context)
        networks = Networks(context)
        images = Images(context)
        pruning = ImagePruning(context)
        operations = OperationBook(context)
    }

    /// All endpoints, each with its kind of long work.
    package var all: [Endpoint] {
        let planning =
            hostEndpoints + abandonedEndpoints + machineEndpoints + migrationEndpoints + hostShutdownEndpoints
            + networkEndpoints
        let listing =
            registeredEndpoints + eventEndpoints + machineListEndpoints + networkReadingEndpoints + topologyEndpoints
            + operationListEndpoints
        return [sanityTest] + schedulerEndpoints + imageEndpoints + statusEndpoints + operationEndpoints
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
