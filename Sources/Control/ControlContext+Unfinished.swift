internal import Model

/// The unfinished operations, and the machines that they are creating.
struct UnfinishedWork: Sendable {
    private let operations: [UnfinishedOperation]

    init(_ operations: [UnfinishedOperation]) { self.operations = operations }

    /// Whether an operation is creating, changing or destroying the network: parts that it lacks now are no fault.
    func contains(_ network: String) -> Bool { operation(onNetwork: network) != nil }

    func operation(onNetwork name: String) -> UnfinishedOperation? {
        operations.first { $0.subject.isNetwork(name) }
    }

    func operation(onMachine name: String) -> UnfinishedOperation? {
        operations.first { $0.subject.hasMachine(name) }
    }

    /// Machines that running operations are creating.
    var making: Set<MachineID> {
        operations.reduce(into: []) { making, operation in
            if operation.state == .running { making.formUnion(operation.making) }
        }
    }
}

extension ControlContext {
    /// - Parameter stuck: whether to include stuck operations, which wait for an administrator.
    func unfinishedWork(stuck: Bool = false) async throws(Refusal) -> UnfinishedWork {
        let all = try await store.unfinished()
        return UnfinishedWork(stuck ? all : all.filter(\.isInProgress))
    }

    /// Turns "name taken" into "busy" if an unfinished operation creates, changes or removes the machine or network of
    /// that name. A caller that stopped waiting and repeats its request so learns of the operation that is still
    /// running.
    func explained(_ refusal: Refusal) async -> Refusal {
        guard refusal.operation == nil, let name = refusal.value,
            let work = try? await unfinishedWork(stuck: true)
        else { return refusal }
        switch refusal.code {
        case .machineNameTaken:
            guard let operation = work.operation(onMachine: name) else { return refusal }
            return busy(operation, .machineName, "machine", name, refusal)
        case .networkNameTaken:
            guard let operation = work.operation(onNetwork: name) else { return refusal }
            return busy(operation, .networkName, "network", name, refusal)
        default: return refusal
        }
    }

    private func busy(
        _ operation: UnfinishedOperation, _ subject: Refusal.Subject, _ what: String, _ name: String, _ refusal: Refusal
    ) -> Refusal {
        let part =
            if what == "machine", case .network = operation.subject { ", whose network it is in," } else { "" }
        return Refusal(
            .machineBusy, subject,
            "\(subject) is '\(name)': \(operation.service) of this \(what)\(part) is \(operation.state.rawValue) "
                + "(operation \(operation.id.text)); "
                + (operation.state == .stuck
                    ? "resolve it first" : "wait for its end (see getOperation), or cancel it"),
            value: name, host: refusal.host, machine: what == "machine" ? name : nil,
            operation: operation.id.text)
    }
}
