internal import VMSAPI
internal import VMSClient

/// The result of an operation, in the form in which its service answers a caller that waits.
struct OperationResult {
    var answer: WireValue
    var description: MessageDescription

    /// - Returns: `nil` for a service that creates nothing.
    /// - Throws: `VMSClientError` if the server does not have it.
    init?(of operation: Operation, by service: any Service.Type, client: VMSClient) async throws {
        if service is CreateVirtualMachine.Type, let host = operation.phyServer, let name = operation.vmName {
            answer = try await Self.machine(name, on: host, operation.id, client).wireValue
            description = CreateVirtualMachineResponse.description
        } else if service is CreateVirtualNetwork.Type, let name = operation.networkName {
            var response = CreateVirtualNetworkResponse()
            response.operation = operation.id
            response.network = try await Self.network(name, client)
            answer = response.wireValue
            description = CreateVirtualNetworkResponse.description
        } else if service is ApplyVirtualNetwork.Type, let name = operation.networkName {
            var response = ApplyVirtualNetworkResponse()
            response.operation = operation.id
            response.network = try await Self.network(name, client)
            answer = response.wireValue
            description = ApplyVirtualNetworkResponse.description
        } else {
            return nil
        }
    }

    private static func machine(
        _ name: String, on host: String, _ operation: String, _ client: VMSClient
    ) async throws -> CreateVirtualMachineResponse {
        var request = GetVirtualMachineStatus()
        request.phyServer = host
        request.vmName = name
        let status = try await client.call(request)
        var response = CreateVirtualMachineResponse()
        response.operation = operation
        response.vmName = name
        response.phyServer = status.phyServer ?? host
        response.vmIP = status.asked?.vmIP
        response.uuid = status.uuid
        response.macAddress = status.interface.first?.mac
        response.image = status.asked?.image
        response.imageVersion = status.asked?.imageVersion
        return response
    }

    private static func network(_ name: String, _ client: VMSClient) async throws -> VirtualNetwork? {
        var request = GetVirtualNetwork()
        request.networkName = name
        return try await client.call(request).network
    }
}
