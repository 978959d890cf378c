internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var schedulerEndpoints: [Endpoint] {
        [
            Endpoint(GetVirtualMachineSchedulerType.self) { request throws(Refusal) in
                let scheduling = try await scheduling(request.vmName, request.phyServer)
                var response = GetVirtualMachineSchedulerTypeResponse()
                response.schedulerType = scheduling.reading.type
                return response
            },
            Endpoint(GetVirtualMachineSchedulerParameters.self) { request throws(Refusal) in
                let scheduling = try await scheduling(request.vmName, request.phyServer)
                var response = GetVirtualMachineSchedulerParametersResponse()
                response.weight = scheduling.rules.weight
                response.cap = scheduling.rules.cap
                response.schedulerType = scheduling.reading.type
                response.parameter = scheduling.parameters
                return response
            },
            Endpoint(SetVirtualMachineSchedulerParameters.self) { request throws(Refusal) in
                let answer = try await machines.setScheduler(
                    request.vmName, on: request.phyServer, weight: request.weight, cap: request.cap,
                    waits: !(request.async ?? false))
                var response = SetVirtualMachineSchedulerParametersResponse()
                response.operation = answer.operation.text
                guard answer.outcome != nil else { return response }
                let scheduling = try await scheduling(request.vmName, request.phyServer)
                response.weight = scheduling.rules.weight
                response.cap = scheduling.rules.cap
                response.schedulerType = scheduling.reading.type
                response.parameter = scheduling.parameters
                return response
            },
        ]
    }

    private func scheduling(
        _ name: String, _ host: String
    ) async throws(Refusal) -> Machines.Scheduling {
        try await machines.scheduler(of: name, on: host)
    }
}

extension Machines.Scheduling {
    /// All parameters with the hypervisor's names, sorted by name.
    fileprivate var parameters: [SchedulerParameter] {
        reading.parameters.sorted { $0.key < $1.key }.map { name, value in
            var parameter = SchedulerParameter()
            parameter.name = name
            parameter.value = value.description
            return parameter
        }
    }
}
