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
                .machineNotRunning, .machineName, "machine '\(move.machine.name)' ended by itself before it was moved",
                value: move.machine.name)
        case .source:
            // A host that starts again must not start what runs elsewhere by then.
            if move.startsWithHost { try await domain(on: source).setAutostart(false) }
            let losses = try await flows.crossing {
                outcome = try await migrate(
                    from: source, to: destination, isLive: move.isLive, within: move.limits, progress)
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
            try await moveBack()
        case .nowhere: try await revive()
        }
        if try await state(on: destination) == .off {
            try await LibvirtHosts.undefine(move.machine, destination.opened.connection)
        }
        if move.startsWithHost { try await domain(on: source).setAutostart(true) }
    }

    /// What it may cost is limited by nothing but the wire's share: it has to succeed.
    private func moveBack() async throws {
        let limits = MoveLimits(bandwidthMiBps: move.limits.bandwidthMiBps)
        _ = try await migrate(from: destination, to: source, isLive: true, within: limits, StepProgress())
    }

    /// It ran, and runs nowhere: a host lost its power. What it wrote last is where it was defined last.
    private func revive() async throws {
        if try await state(on: destination) == .off {
            try await LibvirtHosts.start(try domain(on: destination))
            try await moveBack()
        } else {
            try await LibvirtHosts.start(try domain(on: source))
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
        if there == .running { return try await settledThere(here) }
        guard there == .paused else { return try await settledHere(here) }
        let wasOnItsWayBack = here == .running ? false : try await domain(on: destination).isPersistent()
        if wasOnItsWayBack {
            try await LibvirtHosts.stop(move.machine, source.opened.connection)
            try await domain(on: destination).resume()
            return .destination
        }
        try await LibvirtHosts.stop(move.machine, destination.opened.connection)
        return try await settledHere(here)
    }

    private func settledThere(_ here: State) async throws -> Whereabouts {
        guard here != .running else {
            throw Refusal(
                .migrationFailed,
                "machine '\(move.machine.name)' runs on both hosts, \(source.name) and \(destination.name); end one of them, "
                    + "then resolve the operation with retry")
        }
        if here == .paused { try await LibvirtHosts.stop(move.machine, source.opened.connection) }
        return .destination
    }

    private func settledHere(_ here: State) async throws -> Whereabouts {
        switch here {
        case .running: return .source
        case .paused:
            try await domain(on: source).resume()
            return .source
        case .off, .absent: return .nowhere
        }
    }

    private func domain(on end: End) throws -> Domain { try LibvirtHosts.domain(move.machine, end.opened.connection) }

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

    // Inlined into those who call it, it breaks Swift 6.3.1's optimiser (a crash as it splits the coroutine).
    @inline(never)
    private func migrate(
        from: End, to: End, isLive: Bool, within limits: MoveLimits, _ progress: StepProgress
    ) async throws -> StepOutcome {
        if try await state(on: to) == .off, to.name == destination.name {
            // What an earlier move left of it; a new definition comes along.
            try await LibvirtHosts.undefine(move.machine, to.opened.connection)
        }
        let failure = await moved(from: from, to: to, isLive: isLive, within: limits, progress)
        let isThere = try await settled() == (to.name == destination.name ? .destination : .source)
        guard isThere else { throw refusal(failure, from: from.name, to: to.name) }
        var outcome = StepOutcome()
        outcome.sentBytes = progress.bytes?.sent ?? 0
        outcome.downtimeMilliseconds = await downtime(on: to)
        return outcome
    }

    private func refusal(_ failure: (any Error)?, from: String, to: String) -> Refusal {
        if let refusal = failure as? Refusal { return refusal }
        let words = (failure as? LibvirtError)?.message ?? "it does not run on host \(to)"
        return Refusal(
            .migrationFailed, "machine '\(move.machine.name)' could not be moved from host \(from) to \(to): \(words)",
            detail: failure.map { String(describing: $0) })
    }

    /// For how long it stood still, in ms, where its hypervisor tells.
    private func downtime(on end: End) async -> Int64? {
        guard let job = try? await domain(on: end).completedJob(), case .uint64(let time)? = job["downtime"] else {
            return nil
        }
        return Int64(clamping: time)
    }

    /// - Returns: what the call threw; `nil` when it says that all went well.
    @inline(never)  // as `migrate`
    private func moved(
        from: End, to: End, isLive: Bool, within limits: MoveLimits, _ progress: StepProgress
    ) async -> (any Error)? {
        var options: MigrationOptions = .persistDestination
        if isLive { options.insert(.live) }
        if from.opened.facts.hypervisor == .qemu {
            options.insert(.abortOnError)
            if isLive { options.insert(.autoConverge) }
            if move.copiesDisks { options.insert(.copyTopLayers) }
            // libvirt knows shared file systems by a list of its own; we have asked both hosts.
            if move.sharesDisks { options.insert(.unsafe) }
        }
        var watch: Task<Refusal?, Never>?
        defer { watch?.cancel() }
        do {
            if from.opened.facts.hypervisor == .qemu, isLive {
                // Always set: an attempt that broke off has left its own.
                try await domain(on: from).limitDowntime(
                    milliseconds: UInt64(clamping: limits.expectedDowntime ?? Self.usualDowntime))
            }
            let watched = MoveWatch(
                domain: try domain(on: from), machine: move.machine.name, limits: limits, progress: progress,
                flows: flows)
            watch = Task { await watched.follow() }
            let domain = try LibvirtHosts.domain(move.machine, from.streams)
            try await withTaskCancellationHandler {
                _ = try await domain.migrate(
                    to: to.streams, options: options, uri: Self.uri(of: to),
                    bandwidth: limits.bandwidthMiBps.map { UInt64(clamping: $0) })
            } onCancel: {
                Task { try? await LibvirtHosts.domain(move.machine, from.opened.connection).abortJob() }
            }
            return nil
        } catch {
            watch?.cancel()
            return await watch?.value ?? error
        }
    }

    /// In ms, as QEMU has it where nobody says otherwise.
    private static let usualDowntime = 300

    /// Where hypervisors meet: the address under which we reach the host. What a host believes to be its name may not mean
    /// anything on another.
    private static func uri(of end: End) -> String? {
        guard case .ssh(let target)? = end.opened.route.shell else { return nil }
        return "tcp://\(target.address.contains(":") ? "[\(target.address)]" : target.address)"
    }
}

extension LibvirtHosts {
    nonisolated func ends(of move: MoveMachine) async throws(Refusal) -> MachineMove {
        var flows: [(flow: MoveFlow, shell: Shell)] = []
        for flow in move.flows {
            // Of a host that does not answer just now nothing is counted.
            guard let opened = try? await session(flow.host).opened(patience: access.patience),
                let shell = opened.route.shell
            else { continue }
            flows.append((flow, shell))
        }
        return MachineMove(
            move, from: try await end(move.source), to: try await end(move.destination), flows: MoveFlows(flows))
    }

    private nonisolated func end(_ host: Host) async throws(Refusal) -> MachineMove.End {
        do {
            let session = await session(host)
            let opened = try await session.opened(patience: access.patience)
            return .init(opened: opened, streams: try await session.streams(patience: access.patience), name: host.name)
        } catch {
            throw error.at(host: host.name)
        }
    }
}
