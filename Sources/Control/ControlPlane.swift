package import Logging
package import Model
package import ServiceLifecycle

/// The server without its faces: what stands between a store, hosts and images, put together in one place.
///
/// Tests, benchmarks and `vmsd` build on it alike; they differ in the store and the hosts that they give.
package struct ControlPlane: Sendable {
    package struct Settings: Sendable {
        /// Image of requests that name none, until another default is chosen.
        package var defaultImage = "ipv4-rip"
        package var sweepPolicy = ImageSweep.Policy(unusedDays: nil, roomPercent: nil)
        /// Numbers from which links get theirs.
        package var vnis = NetworkQuestion.usualVNIs
        /// Between attempts to undo on a host that does not answer.
        package var undoPauses = Operations.usualPauses
        /// Between attempts to reach a host, and between proofs of a network that comes up.
        package var watchPause = Duration.seconds(2)
        /// How long a network may take to be connected again after a host came back.
        package var comesUp: @Sendable (VirtualNetwork) -> Duration = { .seconds($0.secondsToComeUp) }

        package init() {}
    }

    package let context: ControlContext
    package let operations: Operations
    package let watch: HostWatch
    package let networkWatch: NetworkWatch
    package let sweepClock: SweepClock

    /// - Parameter afterEntry: told each journal entry once it is durable.
    package init(
        store: any Store, hypervisor: any Hypervisor, vault: any ImageVault, settings: Settings = Settings(),
        log: Logger, afterEntry: @escaping @Sendable (JournalEntry) async -> Void = { _ in }
    ) {
        let operations = Operations(
            store: store, hypervisor: hypervisor, log: log, pauses: settings.undoPauses, afterEntry: afterEntry)
        let events = EventBook(store: store)
        let (returns, returned) = AsyncStream<String>.makeStream()
        let watch = HostWatch(
            store: store, hypervisor: hypervisor, events: events, log: log, pause: settings.watchPause,
            onReturn: { host, wasLost in
                await operations.hostReturned(host)
                if wasLost { returned.yield(host) }
            })
        var context = ControlContext(
            store: store, hypervisor: hypervisor, vault: vault, operations: operations, watch: watch, events: events,
            defaultImage: settings.defaultImage, log: log)
        context.sweepPolicy = settings.sweepPolicy
        context.vnis = settings.vnis
        self.context = context
        self.operations = operations
        self.watch = watch
        networkWatch = NetworkWatch(
            context, returns: returns, pause: settings.watchPause, patience: settings.comesUp)
        sweepClock = SweepClock(sweeps: Sweeps(context), hosts: HostRegistry(context), log: log)
    }

    /// What runs beside calls, in the order of the start; it ends in the opposite order.
    package var services: [any Service] {
        [operations, watch, networkWatch, sweepClock, UploadClock(vault: context.vault)]
    }
}
