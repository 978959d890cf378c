internal import Model

/// What is going on: operations that have not ended, and what they are making.
struct UnfinishedWork: Sendable {
    private let operations: [UnfinishedOperation]

    init(_ operations: [UnfinishedOperation]) { self.operations = operations }

    /// Whether a network is just being made, changed or destroyed: what it lacks says nothing.
    func contains(_ network: String) -> Bool { operation(onNetwork: network) != nil }

    func operation(onNetwork name: String) -> UnfinishedOperation? {
        operations.first { $0.subject.isNetwork(name) }
    }

    func operation(onMachine name: String) -> UnfinishedOperation? {
        operations.first { $0.subject.hasMachine(name) }
    }

    /// Machines that are just being made.
    var making: Set<MachineID> {
        operations.reduce(into: []) { making, operation in
            if operation.state == .running { making.formUnion(operation.making) }
        }
    }
}

extension ControlContext {
    /// - Parameter stuck: whether also those that wait for a person.
    func unfinishedWork(stuck: Bool = false) async throws(Refusal) -> UnfinishedWork {
        let all = try await store.unfinished()
        return UnfinishedWork(stuck ? all : all.filter(\.goesOn))
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
            "\(subject) is '\(name)': \(operation.service) of this \(what)\(part) is \(operation.state.rawValue) (operation "
                + "\(operation.id.text)); "
                + (operation.state == .stuck
                    ? "resolve it first" : "wait until it has ended (getOperation tells), or cancel it"),
            value: name, host: refusal.host, machine: what == "machine" ? name : nil,
            operation: operation.id.text)
    }
}
