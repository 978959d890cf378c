internal import FoundationEssentials
internal import Logging
internal import Model

/// One operation on its way: forward, or back, from wherever its journal stands.
struct OperationRun: Sendable {
    let operation: Operation
    /// Whether it is carried on after a crash.
    let wasInterrupted: Bool
    let hypervisor: any Hypervisor
    let store: any Store
    let copies: ImageCopies
    let progress: LiveProgress
    let journal: Journal
    /// Pauses between attempts at what a host that does not answer keeps from ending: a transfer, or undoing a step.
    let pauses: [Duration]
    let log: Logger

    /// Runs until the operation is over or stuck. A store that fails ends the run where it is; the journal then still
    /// says what to do at the next start.
    func end() async -> Ended {
        var operation = operation
        let result: Ended
        do {
            result = try await end(&operation)
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success: log.info("operation succeeded", metadata: metadata(operation))
        case .failure(let refusal):
            log.warning(
                "operation \(operation.state.rawValue): \(refusal.code.rawValue): \(refusal.reason)",
                metadata: metadata(operation).merging(["detail": "\(refusal.detail ?? "")"]) { $1 })
        }
        return result.mapError {
            $0.at(
                node: operation.plan.node.name, machine: operation.plan.concernedMachine, operation: operation.id.text)
        }
    }

    private func end(_ operation: inout Operation) async throws(Refusal) -> Ended {
        if operation.state == .undoing { return .failure(try await undo(&operation)) }
        if wasInterrupted, operation.plan.recovery == .undo, operation.done < operation.plan.steps.count {
            return .failure(
                try await fail(
                    &operation,
                    Refusal(.internalError, "the server ended while the operation ran; what it had done was undone")))
        }
        if !wasInterrupted, operation.begun == 0 { await journal.afterEntry(.began(0)) }
        var outcome = OperationOutcome()
        do {
            while operation.done < operation.plan.steps.count { try await forward(&operation, &outcome) }
        } catch {
            return .failure(try await fail(&operation, Task.isCancelled ? Self.cancelled : error))
        }
        if !operation.state.isOver { try await journal.write(.succeeded, to: &operation) }
        return .success(outcome)
    }

    private static let cancelled = Refusal(.cancelled, "the operation was cancelled, and what it had done was undone")

    private func forward(_ operation: inout Operation, _ outcome: inout OperationOutcome) async throws(Refusal) {
        let index = operation.done
        let step = operation.plan.steps[index]
        guard !Task.isCancelled else { throw Self.cancelled }
        if operation.begun < index { try await journal.write(.began(index), to: &operation) }
        // Until it is recorded that a file is there, or gone: whoever waits for the same file then finds it so.
        try await copies.alone(node: operation.plan.node.name, digests: step.imageFiles) { () async throws(Refusal) in
            try await carryOut(step, &operation, &outcome)
        }
    }

    private func carryOut(
        _ step: Step, _ operation: inout Operation, _ outcome: inout OperationOutcome
    ) async throws(Refusal) {
        let index = operation.done
        let clock = ContinuousClock()
        let start = clock.now
        let (told, changes) = try await perform(step, of: operation)
        let took = start.duration(to: clock.now).components
        outcome.sentBytes += told.sentBytes
        outcome.swept.merge(told.swept) { $1 }
        outcome.kept.merge(told.kept) { $1 }
        outcome.phases.append(
            .init(name: step.name, milliseconds: took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000))
        // What ends one step begins the next, so that a step costs one wait for the disk.
        let next = index + 1 < operation.plan.steps.count ? JournalEntry.began(index + 1) : .succeeded
        try await journal.write(.did(index), next, to: &operation, with: changes)
        progress.clear()
    }

    private func perform(_ step: Step, of operation: Operation) async throws(Refusal) -> (StepOutcome, [RecordChange]) {
        let (id, node) = (operation.id, operation.plan.node)
        switch step {
        case .sendImage(let send):
            let there = try await store.fleet().copy(send.file.digest, in: send.volume, on: node.name)
            return (there == nil ? try await transfer(step, of: operation) : StepOutcome(), [])
        case .sweepImages(let copies): return try await sweep(copies, of: operation)
        default:
            return (try await hypervisor.perform(step, of: id, on: node, progress: progress.next()), [])
        }
    }

    /// Takes the store's word for each copy away before the host is touched, so that no machine is planned with it any
    /// more, and gives it back for those that stay.
    private func sweep(
        _ copies: [SweptCopy], of operation: Operation
    ) async throws(Refusal) -> (StepOutcome, [RecordChange]) {
        let node = operation.plan.node
        var leaving: [SweptCopy] = []
        var needed: [VolumeName: String] = [:]
        for copy in copies {
            do {
                try await store.apply([.imageLeaves(copy, node: node.name)])
                leaving.append(copy)
            } catch {
                guard error.code == .imageInUse else { throw error }
                needed[copy.volume] = error.reason
            }
        }
        var outcome = StepOutcome()
        if !leaving.isEmpty {
            outcome = try await hypervisor.perform(
                .sweepImages(leaving), of: operation.id, on: node, progress: progress.next())
        }
        let back = leaving.filter { outcome.kept[$0.volume] != nil }.compactMap(\.record)
        outcome.kept.merge(needed) { $1 }
        return (outcome, back.map { .imageIsOnNode($0) })
    }

    /// A transfer whose connection broke goes on where it was, once the host answers again.
    private func transfer(_ step: Step, of operation: Operation) async throws(Refusal) -> StepOutcome {
        var (resumesAt, sent): (Int64, Int64) = (0, 0)
        for pause in pauses.map(Optional.some) + [nil] {
            let progress = progress.next(resumesAt: resumesAt)
            do {
                let outcome = try await hypervisor.perform(
                    step, of: operation.id, on: operation.plan.node, progress: progress)
                return StepOutcome(sentBytes: sent + outcome.sentBytes)
            } catch {
                if let bytes = progress.bytes {
                    resumesAt = bytes.done
                    sent += bytes.sent
                }
                // Before the first byte there is nothing to go on with.
                guard let pause, resumesAt > 0, [.nodeUnreachable, .timedOut].contains(error.code), !Task.isCancelled
                else { throw error }
                log.notice("transfer waits for the host: \(error.reason)", metadata: metadata(operation))
                try? await Task.sleep(for: pause)
            }
        }
        throw Self.cancelled
    }

    private func fail(_ operation: inout Operation, _ refusal: Refusal) async throws(Refusal) -> Refusal {
        try await journal.write(.failing(refusal), to: &operation)
        return try await undo(&operation)
    }

    /// Undoes from the step begun last. Runs in a task of its own, since the operation's may be cancelled.
    private func undo(_ operation: inout Operation) async throws(Refusal) -> Refusal {
        let start = operation
        let ended = await Task { await undone(start) }.value
        let (last, refusal) = try ended.get()
        operation = last
        return refusal
    }

    private func undone(_ start: Operation) async -> Result<(Operation, Refusal), Refusal> {
        var operation = start
        do {
            while operation.plan.recovery == .undo, let index = operation.undoNext, index >= 0 {
                do {
                    try await undoPatiently(operation.plan.steps[index], at: index, of: operation)
                } catch {
                    try await journal.write(.stuck(error), to: &operation)
                    return .success((operation, operation.refusal))
                }
                try await journal.write(.undid(index), to: &operation)
            }
            try await journal.write(.failed, to: &operation)
            return .success((operation, operation.refusal))
        } catch {
            return .failure(error)
        }
    }

    /// A host that is being restarted gets time to come back before a person is asked.
    private func undoPatiently(_ step: Step, at index: Int, of operation: Operation) async throws(Refusal) {
        for pause in pauses {
            do {
                return try await undo(step, at: index, of: operation)
            } catch {
                guard [.nodeUnreachable, .timedOut].contains(error.code) else { throw error }
                log.info("undoing \(step.name) waits: \(error.reason)", metadata: metadata(operation))
                try? await Task.sleep(for: pause)
            }
        }
        try await undo(step, at: index, of: operation)
    }

    private func undo(_ step: Step, at index: Int, of operation: Operation) async throws(Refusal) {
        // A shared thing that is whole stays for the others; a sweep takes it when nobody needs it.
        if step.isShared, index < operation.done { return }
        let (id, node) = (operation.id, operation.plan.node)
        guard case .sendImage(let send) = step else {
            return try await hypervisor.undo(step, of: id, on: node)
        }
        try await copies.alone(node: node.name, digest: send.file.digest) { () async throws(Refusal) in
            if try await store.fleet().copy(send.file.digest, in: send.volume, on: node.name) != nil { return }
            try await hypervisor.undo(step, of: id, on: node)
        }
    }

    private func metadata(_ operation: Operation) -> Logger.Metadata {
        [
            "operation": "\(operation.id.text)", "service": "\(operation.plan.service)",
            "node": "\(operation.plan.node.name)", "machine": "\(operation.plan.machine)",
        ]
    }
}
