internal import Model

/// What is going on: operations that have not ended, and what they are making.
struct UnfinishedWork: Sendable {
    private let operations: [Operation]

    init(_ operations: [Operation]) { self.operations = operations }

    /// Whether a network is just being made, changed or destroyed: what it lacks says nothing.
    func contains(_ network: String) -> Bool { operation(onNetwork: network) != nil }

    func operation(onNetwork name: String) -> Operation? { operations.first { $0.plan.network == name } }

    func operation(onMachine name: String) -> Operation? {
        operations.first { operation in
            operation.plan.machine == name || operation.plan.members?.contains { $0.machine == name } == true
        }
    }

    /// Machines that are just being made.
    var making: Set<MachineID> {
        Set(
            operations.filter { $0.state == .running }.flatMap(\.plan.atBegin).compactMap { change in
                if case .insertMachine(let machine) = change { machine.id } else { nil }
            })
    }
}

extension Surroundings {
    /// - Parameter stuck: whether also those that wait for a person.
    func unfinishedWork(stuck: Bool = false) async throws(Refusal) -> UnfinishedWork {
        let waiting = stuck ? try await store.operations(in: .stuck, limit: 1000) : []
        return UnfinishedWork(try await store.unfinished() + waiting)
    }

    /// A name that is taken by what is just being made, changed or removed is busy with that: who gave up waiting, and asks
    /// again, learns of the operation that goes on.
    func explained(_ refusal: Refusal) async -> Refusal {
        guard refusal.operation == nil, let name = refusal.value,
            let work = try? await unfinishedWork(stuck: true)
        else { return refusal }
        switch refusal.code {
        case .machineNameTaken:
            guard let operation = work.operation(onMachine: name) else { return refusal }
            return busy(operation, "vmName", "machine", name, refusal)
        case .networkNameTaken:
            guard let operation = work.operation(onNetwork: name) else { return refusal }
            return busy(operation, "networkName", "network", name, refusal)
        default: return refusal
        }
    }

    private func busy(
        _ operation: Operation, _ field: String, _ what: String, _ name: String, _ refusal: Refusal
    ) -> Refusal {
        let part = what == "machine" && operation.plan.network != nil ? ", whose network it is in," : ""
        return Refusal(
            .machineBusy,
            "\(field) is '\(name)': \(operation.plan.service) of this \(what)\(part) is \(operation.state.rawValue) (operation "
                + "\(operation.id.text)); "
                + (operation.state == .stuck
                    ? "resolve it first" : "wait until it has ended (getOperation tells), or cancel it"),
            field: field, value: name, node: refusal.node, machine: what == "machine" ? name : nil,
            operation: operation.id.text)
    }
}
