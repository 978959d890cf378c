internal import Control
internal import Libvirt
internal import Model

/// The migration of a machine from one host to another. The observed state of both hosts decides, not the result of a
/// call: if an answer was lost, the hosts are read again.
struct MachineMove {
    private let move: MoveMachine
    private let source: End
    private let destination: End
    private let flows: MoveFlows

    /// One of the two hosts.
    struct End {
        let opened: HostSession.Opened
        /// The connection for long transfers.
        let streams: Connection
        let name: String
    }

    init(_ move: MoveMachine, from source: End, to destination: End, flows: MoveFlows) {
        self.move = move
        self.source = source
        self.destination = destination
        self.flows = flows
    }

    /// The state of the machine on one host.
    private enum State: String {
        case absent, off, paused, running
    }

    private enum Location {
        case source, destination, nowhere
    }

    /// Ends with the machine running on the destination, and not on the source.
    ///
    /// - Throws: `migrationFailed`; the machine then runs where it was.
    func perform(_ progress: StepProgress) async throws -> StepOutcome {
        var outcome = StepOutcome()
        switch try await settle() {
        case .destination: break  // an earlier attempt completed the migration
        case .nowhere:
            throw Refusal(
                .machineNotRunning, .machineName, "machine '\(move.machine.name)' ended on its own before it was moved",
                value: move.machine.name)
        case .source:
            // If the source reboots, it must not start a machine that runs elsewhere by then.
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
        switch try await settle() {
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

    /// Migrates the machine back. Only the bandwidth is limited, since this has to succeed.
    private func moveBack() async throws {
        let limits = MoveLimits(bandwidthMiBps: move.limits.bandwidthMiBps)
        _ = try await migrate(from: destination, to: source, isLive: true, within: limits, StepProgress())
    }

    /// Starts a machine that runs on neither host any more, since a host lost power. The host that had its definition
    /// last has its latest data.
    private func revive() async throws {
        if try await state(on: destination) == .off {
            try await LibvirtHosts.start(try domain(on: destination))
            try await moveBack()
        } else {
            try await LibvirtHosts.start(try domain(on: source))
        }
    }

    /// Reads the state on both hosts, and cleans up after an interrupted migration.
    ///
    /// While libvirt migrates a machine, the receiving host has it paused until the sending host has stopped it for
    /// good. A machine that runs on the receiving host has been released. A machine that waits for the rest of its
    /// memory must never be resumed. On the destination, this is a machine without a definition, which it gets at the
    /// switch. A paused machine with a definition there was on its way back.
    ///
    /// - Throws: `migrationFailed` if the machine runs on both hosts: a person has to decide which one to end.
    private func settle() async throws -> Location {
        let (onSource, onDestination) = (try await state(on: source), try await state(on: destination))
        if onDestination == .running { return try await settleOnDestination(onSource) }
        guard onDestination == .paused else { return try await settleOnSource(onSource) }
        let wasOnItsWayBack = onSource == .running ? false : try await domain(on: destination).isPersistent()
        if wasOnItsWayBack {
            try await LibvirtHosts.stop(move.machine, source.opened.connection)
            try await domain(on: destination).resume()
            return .destination
        }
        try await LibvirtHosts.stop(move.machine, destination.opened.connection)
        return try await settleOnSource(onSource)
    }

    private func settleOnDestination(_ onSource: State) async throws -> Location {
        guard onSource != .running else {
            throw Refusal(
                .migrationFailed,
                "machine '\(move.machine.name)' runs on both hosts, \(source.name) and \(destination.name); end one of them, "
                    + "then resolve the operation with retry")
        }
        if onSource == .paused { try await LibvirtHosts.stop(move.machine, source.opened.connection) }
        return .destination
    }

    private func settleOnSource(_ onSource: State) async throws -> Location {
        switch onSource {
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

    // If this function is inlined, Swift 6.3.1's optimiser crashes (as it splits the coroutine).
    @inline(never)
    private func migrate(
        from: End, to: End, isLive: Bool, within limits: MoveLimits, _ progress: StepProgress
    ) async throws -> StepOutcome {
        if try await state(on: to) == .off, to.name == destination.name {
            // Remove the definition that an earlier migration left; the migration transfers a new one.
            try await LibvirtHosts.undefine(move.machine, to.opened.connection)
        }
        let failure = await callMigration(from: from, to: to, isLive: isLive, within: limits, progress)
        let isThere = try await settle() == (to.name == destination.name ? .destination : .source)
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

    /// Returns how long the machine was stopped, in ms, if its hypervisor reports it.
    private func downtime(on end: End) async -> Int64? {
        guard let job = try? await domain(on: end).completedJob(), case .uint64(let time)? = job["downtime"] else {
            return nil
        }
        return Int64(clamping: time)
    }

    /// Calls libvirt's migration.
    ///
    /// - Returns: the error of the call; `nil` if it reports success.
    @inline(never)  // for the same reason as `migrate`
    private func callMigration(
        from: End, to: End, isLive: Bool, within limits: MoveLimits, _ progress: StepProgress
    ) async -> (any Error)? {
        var options: MigrationOptions = .persistDestination
        if isLive { options.insert(.live) }
        if from.opened.facts.hypervisor == .qemu {
            options.insert(.abortOnError)
            if isLive { options.insert(.autoConverge) }
            if move.copiesDisks { options.insert(.copyTopLayers) }
            // libvirt recognizes shared file systems by its own list; VMS has compared both hosts' storage.
            if move.sharesDisks { options.insert(.unsafe) }
        }
        var watch: Task<Refusal?, Never>?
        defer { watch?.cancel() }
        do {
            if from.opened.facts.hypervisor == .qemu, isLive {
                // Always set it: an interrupted attempt may have left its own value.
                try await domain(on: from).limitDowntime(
                    milliseconds: UInt64(clamping: limits.expectedDowntime ?? Self.usualDowntime))
            }
            let moveWatch = MoveWatch(
                domain: try domain(on: from), machine: move.machine.name, limits: limits, progress: progress,
                flows: flows)
            watch = Task { await moveWatch.follow() }
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

    /// QEMU's default for the downtime, in ms.
    private static let usualDowntime = 300

    /// The URI for the connection between the hypervisors: it uses the address under which VMS reaches the host. A
    /// host's own name may mean nothing on another host.
    private static func uri(of end: End) -> String? {
        guard case .ssh(let target)? = end.opened.route.shell else { return nil }
        return "tcp://\(target.address.contains(":") ? "[\(target.address)]" : target.address)"
    }
}

extension LibvirtHosts {
    nonisolated func ends(of move: MoveMachine) async throws(Refusal) -> MachineMove {
        var flows: [(flow: MoveFlow, shell: Shell)] = []
        for flow in move.flows {
            // A host that does not answer now sends no flow.
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
