internal import Control
internal import Libvirt
internal import Model

/// A machine on its way from one host to another. What both hosts tell counts, not what a call answered: an answer that was
/// lost on the way means to look.
struct MachineMove {
    private let move: MoveMachine
    private let source: End
    private let destination: End
    private let flows: MoveFlows

    /// One of both hosts.
    struct End {
        let opened: HostSession.Opened
        /// For what takes long.
        let streams: Connection
        let name: String
    }

    init(_ move: MoveMachine, from source: End, to destination: End, flows: MoveFlows) {
        self.move = move
        self.source = source
        self.destination = destination
        self.flows = flows
    }

    /// What a host has of the machine.
    private enum State: String {
        case absent, off, paused, running
    }

    private enum Whereabouts {
        case source, destination, nowhere
    }

    /// Ends with the machine running on the destination, and not on the source.
    ///
    /// - Throws: `migrationFailed`; the machine then runs where it was.
    func perform(_ progress: StepProgress) async throws -> StepOutcome {
        var outcome = StepOutcome()
        switch try await settled() {
        case .destination: break  // an earlier attempt got so far
        case .nowhere:
            throw Refusal(
                .machineNotRunning, "machine '\(move.machine.name)' ended by itself before it was moved",
                field: "vmName", value: move.machine.name)
        case .source:
            // A host that starts again must not start what runs elsewhere by then.
            if move.startsWithHost { try await domain(on: source).setAutostart(false) }
            let losses = try await flows.crossing {
                outcome = try await migrate(from: source, to: destination, isLive: move.isLive, progress)
            }
            outcome.losses = losses
        }
        if move.startsWithHost { try await domain(on: destination).setAutostart(true) }
        return outcome
    }

    /// Ends with the machine running on the source, and nothing of it on the destination.
    func undo() async throws {
        await flows.end()
        switch try await settled() {
        case .source: break
        case .destination:
            if move.startsWithHost { try await domain(on: destination).setAutostart(false) }
            _ = try await migrate(from: destination, to: source, isLive: true, StepProgress())
        case .nowhere: try await revive()
        }
        if try await state(on: destination) == .off {
            try await RealHosts.undefine(move.machine, destination.opened.connection)
        }
        if move.startsWithHost { try await domain(on: source).setAutostart(true) }
    }

    /// It ran, and runs nowhere: a host lost its power. What it wrote last is where it was defined last.
    private func revive() async throws {
        if try await state(on: destination) == .off {
            try await RealHosts.start(try domain(on: destination))
            _ = try await migrate(from: destination, to: source, isLive: true, StepProgress())
        } else {
            try await RealHosts.start(try domain(on: source))
        }
    }

    /// Looks on both hosts, and ends what a move that broke off has left there.
    ///
    /// While libvirt moves a machine, the host it comes to has it paused until the other has stopped it for good; one that
    /// runs there has been let go. Whoever waits for the rest of its memory must never be let run: on the destination that
    /// is one without a definition, which it gets as it is switched. One that has its definition there and is paused was on
    /// its way back.
    ///
    /// - Throws: `migrationFailed` when it runs on both: which one is to be ended is for a person to say.
    private func settled() async throws -> Whereabouts {
        let (here, there) = (try await state(on: source), try await state(on: destination))
        switch (here, there) {
        case (.running, .running):
            throw Refusal(
                .migrationFailed,
                "machine '\(move.machine.name)' runs on both hosts, \(source.name) and \(destination.name); end one of them, "
                    + "then resolve the operation with retry")
        case (.paused, .running):
            try await RealHosts.stop(move.machine, source.opened.connection)
            return .destination
        case (_, .running): return .destination
        case (.running, .paused):
            try await RealHosts.stop(move.machine, destination.opened.connection)
            return .source
        case (_, .paused) where try await domain(on: destination).isPersistent():
            try await RealHosts.stop(move.machine, source.opened.connection)
            try await domain(on: destination).resume()
            return .destination
        case (_, .paused):
            try await RealHosts.stop(move.machine, destination.opened.connection)
            return try await settled(here)
        default: return try await settled(here)
        }
    }

    private func settled(_ here: State) async throws -> Whereabouts {
        switch here {
        case .running: return .source
        case .paused:
            try await domain(on: source).resume()
            return .source
        case .off, .absent: return .nowhere
        }
    }

    private func domain(on end: End) throws -> Domain { try RealHosts.domain(move.machine, end.opened.connection) }

    private func state(on end: End) async throws -> State {
        do {
            switch try await domain(on: end).state().state {
            case .running, .blocked, .shuttingDown: return .running
            case .paused, .powerSaving: return .paused
            case .shutOff, .crashed, .noState: return .off
            }
        } catch LibvirtError.Code.noDomain {
            return .absent
        }
    }

    private func migrate(
        from: End, to: End, isLive: Bool, _ progress: StepProgress
    ) async throws -> StepOutcome {
        if try await state(on: to) == .off, to.name == destination.name {
            // What an earlier move left of it; a new definition comes along.
            try await RealHosts.undefine(move.machine, to.opened.connection)
        }
        let failure = await moved(from: from, to: to, isLive: isLive, progress)
        let isThere = try await settled() == (to.name == destination.name ? .destination : .source)
        guard isThere else {
            if let refusal = failure as? Refusal { throw refusal }
            let words = (failure as? LibvirtError)?.message ?? "it does not run on host \(to.name)"
            throw Refusal(
                .migrationFailed,
                "machine '\(move.machine.name)' could not be moved from host \(from.name) to \(to.name): \(words)",
                detail: failure.map { String(describing: $0) })
        }
        var outcome = StepOutcome()
        outcome.sentBytes = progress.bytes?.sent ?? 0
        if case .uint64(let time)? = try? await domain(on: to).completedJob()["downtime"] {
            outcome.downtimeMilliseconds = Int64(clamping: time)
        }
        return outcome
    }

    /// - Returns: what the call threw; `nil` when it says that all went well.
    private func moved(
        from: End, to: End, isLive: Bool, _ progress: StepProgress
    ) async -> (any Error)? {
        var options: MigrationOptions = .persistDestination
        if isLive { options.insert(.live) }
        if from.opened.facts.hypervisor == .qemu {
            options.insert(.abortOnError)
            if isLive { options.insert(.autoConverge) }
            if move.copiesDisks { options.insert(.copyTopLayers) }
        }
        let watch = Task { await follow(from, progress) }
        defer { watch.cancel() }
        do {
            let domain = try RealHosts.domain(move.machine, from.streams)
            try await withTaskCancellationHandler {
                _ = try await domain.migrate(to: to.streams, options: options, uri: Self.uri(of: to))
            } onCancel: {
                Task { try? await RealHosts.domain(move.machine, from.opened.connection).abortJob() }
            }
            return nil
        } catch {
            return error
        }
    }

    /// Tells how far it is, until it is cancelled.
    private func follow(_ end: End, _ progress: StepProgress) async {
        while !Task.isCancelled {
            if let job = try? await domain(on: end).jobInfo(), job.totalBytes > 0 {
                progress.report(
                    done: Int64(clamping: job.processedBytes), total: Int64(clamping: job.totalBytes),
                    sent: Int64(clamping: job.processedBytes))
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Where hypervisors meet: the address under which we reach the host. What a host believes to be its name may not mean
    /// anything on another.
    private static func uri(of end: End) -> String? {
        guard case .ssh(let target)? = end.opened.route.shell else { return nil }
        return "tcp://\(target.address.contains(":") ? "[\(target.address)]" : target.address)"
    }
}

extension RealHosts {
    nonisolated func ends(of move: MoveMachine) async throws(Refusal) -> MachineMove {
        var flows: [(flow: MoveFlow, shell: Shell)] = []
        for flow in move.flows {
            // Of a host that does not answer just now nothing is counted.
            guard let opened = try? await session(flow.node).opened(patience: access.patience),
                let shell = opened.route.shell
            else { continue }
            flows.append((flow, shell))
        }
        return MachineMove(
            move, from: try await end(move.source), to: try await end(move.destination), flows: MoveFlows(flows))
    }

    private nonisolated func end(_ node: Node) async throws(Refusal) -> MachineMove.End {
        do {
            let session = await session(node)
            let opened = try await session.opened(patience: access.patience)
            return .init(opened: opened, streams: try await session.streams(patience: access.patience), name: node.name)
        } catch {
            throw error.at(node: node.name)
        }
    }
}
