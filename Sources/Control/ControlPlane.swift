package import Logging
package import Model
package import ServiceLifecycle

/// The server without its network interfaces: connects store, hosts and image vault.
///
/// Tests, benchmarks and `vmsd` all use it; they differ only in the store and the hosts that they pass in.
package struct ControlPlane: Sendable {
    package struct Settings: Sendable {
        /// The image for requests that name none, until an administrator chooses another default.
        package var defaultImage = "ipv4-rip"
        package var prunePolicy = PrunePlan.Policy(unusedDays: nil, roomPercent: nil)
        /// The range from which links get their VNIs.
        package var vnis = NetworkPlanInput.defaultVNIs
        /// Pauses between attempts to undo a step on a host that does not answer.
        package var undoPauses = Operations.defaultPauses
        /// The pause between attempts to reach a host, and between proofs of a network that is coming up.
        package var watchPause = Duration.seconds(2)
        /// The period in which figures of hosts are read; zero: only when they are requested.
        package var samplePeriod = Duration.seconds(10)
        /// The time that a network may take to be connected again after one of its hosts came back.
        package var networkPatience: @Sendable (VirtualNetwork) -> Duration = { .seconds($0.secondsToComeUp) }

        package init() {}
    }

    package let context: ControlContext
    package let operations: Operations
    package let watch: HostWatch
    package let networkWatch: NetworkWatch
    package let pruneClock: PruneClock
    package let sampler: Sampler
    /// `nil` without an archive.
    package let seriesClock: SeriesClock?
    /// `nil` without a sender.
    private let webhookKeeper: WebhookKeeper?

    /// - Parameters:
    ///   - archive: keeps statistics over time; `nil` keeps none.
    ///   - webhooks: sends events to webhooks; `nil` sends none.
    ///   - afterEntry: called with each journal entry once the entry is durable.
    package init(
        store: any Store, hypervisor: any Hypervisor, vault: any ImageVault,
        archive: (any StatisticsArchive)? = nil, webhooks: (any WebhookSender)? = nil,
        settings: Settings = Settings(), log: Logger,
        afterEntry: @escaping @Sendable (JournalEntry) async -> Void = { _ in }
    ) {
        let (events, consoles) = (EventBook(store: store), ConsoleBook())
        let operations = Operations(
            store: store, hypervisor: hypervisor, log: log, pauses: settings.undoPauses,
            afterEntry: { entry in
                // The records that were written with it may have an event.
                if case .succeeded = entry { await events.wakeAll() }
                await afterEntry(entry)
            })
        let (returns, returned) = AsyncStream<String>.makeStream()
        let watch = HostWatch(
            store: store, hypervisor: hypervisor, events: events, log: log, pause: settings.watchPause,
            onReturn: { host, wasLost in
                await operations.hostReturned(host)
                if wasLost { returned.yield(host) }
            }, onChange: { consoles.noticed($0, $1, on: $2) })
        var context = ControlContext(
            store: store, hypervisor: hypervisor, vault: vault, operations: operations, watch: watch, events: events,
            consoles: consoles, series: SeriesBook(archive), defaultImage: settings.defaultImage, log: log)
        context.prunePolicy = settings.prunePolicy
        context.vnis = settings.vnis
        context.samplePeriod = settings.samplePeriod
        self.context = context
        self.operations = operations
        self.watch = watch
        networkWatch = NetworkWatch(
            context, returns: returns, pause: settings.watchPause, patience: settings.networkPatience)
        sampler = Sampler(statistics: Statistics(context), period: settings.samplePeriod)
        webhookKeeper = webhooks.map { [context] in WebhookKeeper(context, $0) }
        seriesClock = archive.map { [context] in SeriesClock(context, $0) }
        pruneClock = PruneClock(pruning: ImagePruning(context), hosts: HostRegistry(context), log: log)
    }

    /// The background services, in the order of their start; they stop in the opposite order.
    package var services: [any Service] {
        let clock: [any Service] = seriesClock.map { [$0] } ?? []
        let keeper: [any Service] = webhookKeeper.map { [$0] } ?? []
        return clock + keeper + [
            operations, watch, networkWatch, pruneClock, sampler, UploadClock(vault: context.vault), context.consoles,
        ]
    }
}
