internal import FoundationEssentials
internal import Logging
internal import Model
internal import Synchronization
internal import Workers

/// One run of an operation, forward or backward, from the point that its journal has reached.
struct OperationRun: Sendable {
    let operation: Operation
    /// Whether a crash interrupted the operation, and this run finishes it.
    let wasInterrupted: Bool
    let hypervisor: any Hypervisor
    let store: any Store
    let copyLocks: ImageCopyLocks
    let progress: LiveProgress
    let journal: Journal
    /// Pauses between attempts at a transfer, or at undoing a step, while the host does not answer.
    let pauses: [Duration]
    let log: Logger

    /// Runs until the operation is over or stuck. If the store fails, the run ends at once; the journal still
    /// determines how the operation continues at the next start.
    func end() async -> Ended {
        let ledger = OperationLedger(operation, journal: journal)
        let result: Ended
        do throws(Refusal) {
            result = try await end(ledger)
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success: log.info("operation succeeded", metadata: metadata)
        case .failure(let refusal):
            let state = await ledger.operation.state
            log.warning(
                "operation \(state.rawValue): \(refusal.code.rawValue): \(refusal.reason)",
                metadata: metadata.merging(["detail": "\(refusal.detail ?? "")"]) { $1 })
        }
        return result.mapError { $0.at(operation.plan.subject, operation: operation.id.text) }
    }

    private func end(_ ledger: OperationLedger) async throws(Refusal) -> Ended {
        if operation.state == .undoing { return .failure(try await undo(ledger)) }
        if wasInterrupted, operation.recovery == .undo, operation.done < operation.plan.steps.count {
            return .failure(
                try await fail(
                    ledger,
                    Refusal(.internalError, "the server stopped during the operation; its steps were undone")))
        }
        if !wasInterrupted, operation.begun == 0 { await journal.afterEntry(.began(0)) }
        do throws(Refusal) {
            for stage in operation.plan.stages {
                // Once a machine has moved and is proven, the operation cannot be cancelled any more.
                if operation.plan.movesMachines, await ledger.operation.isSettled {
                    try await uncancelled { () async throws(Refusal) in try await forward(stage, ledger) }
                } else {
                    try await forward(stage, ledger)
                }
            }
        } catch {
            let isSettled = await ledger.operation.isSettled
            guard Task.isCancelled, !isSettled || !operation.plan.movesMachines else {
                return .failure(try await fail(ledger, error))
            }
            return .failure(try await fail(ledger, isSettled ? Self.ended : Self.cancelled))
        }
        if await !ledger.operation.state.isOver { try await ledger.write(.succeeded) }
        return .success(await ledger.outcome)
    }

    private static let cancelled = Refusal(.cancelled, "the operation was cancelled, and its steps were undone")

    private static let ended = Refusal(.cancelled, "the operation was cancelled")

    /// Runs the lanes of a stage in parallel. The first lane that fails cancels the others; its error is the stage's
    /// error.
    private func forward(_ stage: [Plan.Lane], _ ledger: OperationLedger) async throws(Refusal) {
        let start = ContinuousClock.now
        guard stage.count > 1 else {
            for lane in stage { try await forward(lane, ledger) }
            for phase in stage.phases { await ledger.addPhase(phase, start.duration(to: .now)) }
            return
        }
        let first = FirstRefusal()
        let ends = PhaseEnds()
        await withTaskGroup(of: Void.self) { group in
            for lane in stage {
                group.addTask {
                    do throws(Refusal) {
                        try await forward(lane, ledger)
                        if case .stage(let phase) = lane.phase { ends.reached(phase) }
                    } catch {
                        first.take(error)
                    }
                }
            }
            for await _ in group where first.refusal != nil { group.cancelAll() }
        }
        if let refusal = first.refusal { throw refusal }
        for phase in stage.phases {
            await ledger.addPhase(phase, start.duration(to: ends[phase]))
        }
    }

    private func forward(_ lane: Plan.Lane, _ ledger: OperationLedger) async throws(Refusal) {
        for index in lane.steps {
            let state = await ledger.operation.steps[index]
            guard state != .done else { continue }
            guard !Task.isCancelled else { throw Self.cancelled }
            if state == .pending { try await ledger.write(.began(index)) }
            do throws(Refusal) {
                try await forward(index, in: lane, ledger)
            } catch {
                throw error.at(host: lane.host.name)
            }
        }
    }

    private func forward(_ index: Int, in lane: Plan.Lane, _ ledger: OperationLedger) async throws(Refusal) {
        let host = try await registered(lane.host)
        // Held until the record says that the file is present or removed, so that an operation waiting for the same
        // file finds the new state.
        let files = operation.plan.steps[index].imageFiles
        try await copyLocks.exclusively(host: host.name, digests: files) { () async throws(Refusal) in
            try await carryOut(index, on: host, lane.phase, ledger)
        }
    }

    private func carryOut(
        _ index: Int, on host: Host, _ phase: Plan.Phase, _ ledger: OperationLedger
    ) async throws(Refusal) {
        let step = try await registered(operation.plan.steps[index])
        let start = ContinuousClock.now
        let (stepOutcome, changes) = try await perform(step, on: host)
        await ledger.add(stepOutcome, of: step)
        if phase == .eachStep { await ledger.addPhase(step.name, start.duration(to: .now)) }
        // One transaction ends this step and begins the next, so that a step costs one wait for the disk.
        try await ledger.did(index, with: changes)
        progress.clear()
    }

    private func perform(_ step: Step, on host: Host) async throws(Refusal) -> (StepOutcome, [RecordChange]) {
        switch step {
        case .sendImage(var send):
            let fleet = try await store.fleet()
            guard fleet.copy(send.file.digest, in: send.volume, on: host.name) == nil else {
                return (StepOutcome(), [])
            }
            send.imageSources = fleet.imageSources(of: send.file.digest, to: host)
            return (try await transfer(.sendImage(send), to: host), [])
        case .sweepImages(let copies): return try await prune(copies, on: host)
        default:
            return (
                try await hypervisor.perform(step, of: operation.id, on: host, progress: progress.next()), []
            )
        }
    }

    /// Removes copies of images. Their records are deleted before the host removes the files, so that no machine is
    /// planned with them any more, and restored for copies that stay.
    private func prune(
        _ copies: [PrunedCopy], on host: Host
    ) async throws(Refusal) -> (StepOutcome, [RecordChange]) {
        var leaving: [PrunedCopy] = []
        var inUse: [VolumeName: String] = [:]
        for copy in copies {
            do throws(Refusal) {
                try await store.apply([.imageLeaves(copy, host: host.name)])
                leaving.append(copy)
            } catch {
                guard error.code == .imageInUse else { throw error }
                inUse[copy.volume] = error.reason.description
            }
        }
        var outcome = StepOutcome()
        if !leaving.isEmpty {
            outcome = try await hypervisor.perform(
                .sweepImages(leaving), of: operation.id, on: host, progress: progress.next())
        }
        let back = leaving.filter { outcome.kept[$0.volume] != nil }.compactMap(\.record)
        outcome.kept.merge(inUse) { $1 }
        return (outcome, back.map { .imageIsOnHost($0) })
    }

    /// Sends a file. A transfer whose connection broke resumes where it stopped once the host answers again.
    private func transfer(_ step: Step, to host: Host) async throws(Refusal) -> StepOutcome {
        var (resumesAt, sent): (Int64, Int64) = (0, 0)
        for pause in pauses.map(Optional.some) + [nil] {
            let progress = progress.next(resumesAt: resumesAt)
            do throws(Refusal) {
                let outcome = try await hypervisor.perform(step, of: operation.id, on: host, progress: progress)
                return StepOutcome(sentBytes: sent.plus(outcome.sentBytes))
            } catch {
                if let bytes = progress.bytes {
                    resumesAt = bytes.done
                    sent = sent.plus(bytes.sent)
                }
                // Before the first byte there is nothing to resume.
                guard let pause, resumesAt > 0, Refusal.Code.silent.contains(error.code), !Task.isCancelled
                else { throw error }
                log.notice("transfer waits for the host: \(error.reason)", metadata: metadata)
                try? await Task.sleep(for: pause)
            }
        }
        throw Self.cancelled
    }

    private func fail(_ ledger: OperationLedger, _ refusal: Refusal) async throws(Refusal) -> Refusal {
        let isSettled = await ledger.operation.isSettled
        let isSilence = Refusal.Code.silent.contains(refusal.code)
        // The rest is done when the host answers again, or when an administrator resolves the operation.
        if isSettled, isSilence || operation.plan.movesMachines {
            try await ledger.write(.failing(refusal), .stuck(refusal))
            return await ledger.operation.refusal
        }
        try await ledger.write(.failing(refusal))
        return try await undo(ledger)
    }

    /// Undoes all steps that were begun, the last one first.
    private func undo(_ ledger: OperationLedger) async throws(Refusal) -> Refusal {
        try await uncancelled { () async throws(Refusal) in try await undoAll(ledger) }
        return await ledger.operation.refusal
    }

    private func undoAll(_ ledger: OperationLedger) async throws(Refusal) {
        let plan = operation.plan
        let first = FirstRefusal()
        if await ledger.operation.recovery == .undo {
            // A machine's links and files on its present host may be removed only once it is known to run elsewhere: if
            // the plan moves machines, no stage is undone before the stage after it. Otherwise only the steps of one
            // host have an order, so that a host that does not answer does not delay the others.
            let rounds = plan.movesMachines ? plan.stages.reversed() : [plan.stages.flatMap(\.self)]
            for round in rounds where first.refusal == nil { await undo(round, ledger, first) }
        }
        if let stuckOn = first.refusal {
            try await ledger.write(.stuck(stuckOn))
        } else {
            try await ledger.write(.failed)
        }
    }

    /// Undoes the hosts of these lanes in parallel, each from its last step to its first.
    private func undo(_ lanes: [Plan.Lane], _ ledger: OperationLedger, _ first: FirstRefusal) async {
        await withTaskGroup(of: Void.self) { group in
            for lanes in Dictionary(grouping: lanes, by: \.host.name).values {
                group.addTask {
                    do throws(Refusal) {
                        for lane in lanes.reversed() { try await undo(lane, ledger) }
                    } catch {
                        first.take(error)
                    }
                }
            }
        }
    }

    private func undo(_ lane: Plan.Lane, _ ledger: OperationLedger) async throws(Refusal) {
        for index in lane.steps.reversed() {
            let state = await ledger.operation.steps[index]
            guard state.stands else { continue }
            do throws(Refusal) {
                // A complete shared file stays for other machines; a sweep removes it once it is unused.
                if !operation.plan.steps[index].isShared || state != .done {
                    try await undoPatiently(operation.plan.steps[index], on: lane.host)
                }
            } catch {
                throw error.at(host: lane.host.name)
            }
            try await ledger.write(.undid(index))
        }
    }

    /// Undoes a step; a host that is restarting gets time to come back before the operation is stuck.
    private func undoPatiently(_ step: Step, on host: Host) async throws(Refusal) {
        for pause in pauses {
            do throws(Refusal) {
                return try await undo(step, on: host)
            } catch {
                guard Refusal.Code.silent.contains(error.code) else { throw error }
                log.info("undoing \(step.name) waits: \(error.reason)", metadata: metadata)
                try? await Task.sleep(for: pause)
            }
        }
        try await undo(step, on: host)
    }

    private func undo(_ planned: Step, on plannedHost: Host) async throws(Refusal) {
        let (step, host) = (try await registered(planned), try await registered(plannedHost))
        guard case .sendImage(let send) = step else {
            return try await hypervisor.undo(step, of: operation.id, on: host)
        }
        try await copyLocks.exclusively(host: host.name, digest: send.file.digest) { () async throws(Refusal) in
            if try await store.fleet().copy(send.file.digest, in: send.volume, on: host.name) != nil { return }
            try await hypervisor.undo(step, of: operation.id, on: host)
        }
    }

    private var metadata: Logger.Metadata {
        let plan = operation.plan
        var words: Logger.Metadata = ["operation": "\(operation.id.text)", "service": "\(plan.service)"]
        switch plan.subject {
        case .machine(let name, let host): (words["machine"], words["host"]) = ("\(name)", "\(host)")
        case .network(let name, _): words["network"] = "\(name)"
        case .host(let name): words["host"] = "\(name)"
        }
        return words
    }
}

/// When the last lane of each phase ended.
private final class PhaseEnds: Sendable {
    private let ends = Mutex<[String: ContinuousClock.Instant]>([:])

    func reached(_ phase: String) { ends.withLock { $0[phase] = .now } }

    subscript(phase: String) -> ContinuousClock.Instant { ends.withLock { $0[phase] } ?? .now }
}

/// The first error of several concurrent tasks.
private final class FirstRefusal: Sendable {
    private let first = Mutex<Refusal?>(nil)

    func take(_ refusal: Refusal) { first.withLock { $0 = $0 ?? refusal } }

    var refusal: Refusal? { first.withLock { $0 } }
}
