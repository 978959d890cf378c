internal import FoundationEssentials
internal import Logging
internal import Model
internal import Synchronization
internal import Workers

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
                    Refusal(.internalError, "the server ended while the operation ran; what it had done was undone")))
        }
        if !wasInterrupted, operation.begun == 0 { await journal.afterEntry(.began(0)) }
        do throws(Refusal) {
            for stage in operation.plan.stages {
                // Once a machine has moved, and is proven, it is too late to cancel.
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

    private static let cancelled = Refusal(.cancelled, "the operation was cancelled, and what it had done was undone")

    private static let ended = Refusal(.cancelled, "the operation was cancelled")

    /// The lanes of a stage, side by side. The first that fails ends the others; what it says is why the stage failed.
    private func forward(_ stage: [Plan.Lane], _ ledger: OperationLedger) async throws(Refusal) {
        let start = ContinuousClock.now
        guard stage.count > 1 else {
            for lane in stage { try await forward(lane, ledger) }
            for phase in stage.phases { await ledger.took(phase, start.duration(to: .now)) }
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
            await ledger.took(phase, start.duration(to: ends[phase]))
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
        // Until it is recorded that a file is there, or gone: whoever waits for the same file then finds it so.
        let files = operation.plan.steps[index].imageFiles
        try await copies.alone(host: host.name, digests: files) { () async throws(Refusal) in
            try await carryOut(index, on: host, lane.phase, ledger)
        }
    }

    private func carryOut(
        _ index: Int, on host: Host, _ phase: Plan.Phase, _ ledger: OperationLedger
    ) async throws(Refusal) {
        let step = try await registered(operation.plan.steps[index])
        let start = ContinuousClock.now
        let (told, changes) = try await perform(step, on: host)
        await ledger.take(told, of: step)
        if phase == .eachStep { await ledger.took(step.name, start.duration(to: .now)) }
        // What ends one step begins the next, so that a step costs one wait for the disk.
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
            send.givers = fleet.givers(of: send.file.digest, to: host)
            return (try await transfer(.sendImage(send), to: host), [])
        case .sweepImages(let copies): return try await sweep(copies, on: host)
        default:
            return (
                try await hypervisor.perform(step, of: operation.id, on: host, progress: progress.next()), []
            )
        }
    }

    /// Takes the store's word for each copy away before the host is touched, so that no machine is planned with it any
    /// more, and gives it back for those that stay.
    private func sweep(
        _ copies: [SweptCopy], on host: Host
    ) async throws(Refusal) -> (StepOutcome, [RecordChange]) {
        var leaving: [SweptCopy] = []
        var needed: [VolumeName: String] = [:]
        for copy in copies {
            do throws(Refusal) {
                try await store.apply([.imageLeaves(copy, host: host.name)])
                leaving.append(copy)
            } catch {
                guard error.code == .imageInUse else { throw error }
                needed[copy.volume] = error.reason.description
            }
        }
        var outcome = StepOutcome()
        if !leaving.isEmpty {
            outcome = try await hypervisor.perform(
                .sweepImages(leaving), of: operation.id, on: host, progress: progress.next())
        }
        let back = leaving.filter { outcome.kept[$0.volume] != nil }.compactMap(\.record)
        outcome.kept.merge(needed) { $1 }
        return (outcome, back.map { .imageIsOnHost($0) })
    }

    /// A transfer whose connection broke goes on where it was, once the host answers again.
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
                // Before the first byte there is nothing to go on with.
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
        // What is left to do then is done when the host answers again, or when somebody says so.
        if isSettled, isSilence || operation.plan.movesMachines {
            try await ledger.write(.failing(refusal), .stuck(refusal))
            return await ledger.operation.refusal
        }
        try await ledger.write(.failing(refusal))
        return try await undo(ledger)
    }

    /// Undoes what was begun, the last first.
    private func undo(_ ledger: OperationLedger) async throws(Refusal) -> Refusal {
        try await uncancelled { () async throws(Refusal) in try await undone(ledger) }
        return await ledger.operation.refusal
    }

    private func undone(_ ledger: OperationLedger) async throws(Refusal) {
        let plan = operation.plan
        let first = FirstRefusal()
        if await ledger.operation.recovery == .undo {
            // What a machine stands on where it is goes only once it is known to be elsewhere: there no stage is undone
            // before the one after it. Otherwise only each host's steps have an order: one that does not answer holds up
            // no other.
            let rounds = plan.movesMachines ? plan.stages.reversed() : [plan.stages.flatMap(\.self)]
            for round in rounds where first.refusal == nil { await undo(round, ledger, first) }
        }
        if let stuckOn = first.refusal {
            try await ledger.write(.stuck(stuckOn))
        } else {
            try await ledger.write(.failed)
        }
    }

    /// Hosts side by side, each from its last step to its first.
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
                // A shared thing that is whole stays for the others; a sweep takes it when nobody needs it.
                if !operation.plan.steps[index].isShared || state != .done {
                    try await undoPatiently(operation.plan.steps[index], on: lane.host)
                }
            } catch {
                throw error.at(host: lane.host.name)
            }
            try await ledger.write(.undid(index))
        }
    }

    /// A host that is being restarted gets time to come back before a person is asked.
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
        try await copies.alone(host: host.name, digest: send.file.digest) { () async throws(Refusal) in
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

/// Why the first of several tasks failed.
private final class FirstRefusal: Sendable {
    private let first = Mutex<Refusal?>(nil)

    func take(_ refusal: Refusal) { first.withLock { $0 = $0 ?? refusal } }

    var refusal: Refusal? { first.withLock { $0 } }
}
