package import FoundationEssentials
package import Logging
package import Model

/// The dependencies that all services share: the ports, the clock and the source of new ids. No service holds another.
package struct ControlContext: Sendable {
    package var store: any Store
    /// Immediately refuses calls to a host that was shut down on purpose.
    package var hypervisor: any Hypervisor
    package var vault: any ImageVault
    package var operations: Operations
    package var watch: HostWatch
    package var events: EventBook
    /// The image for requests that name none, if no administrator has chosen another default.
    package var defaultImage: String
    /// The policy by which unused copies of images are removed from hosts automatically.
    package var prunePolicy = PrunePlan.Policy(unusedDays: nil, roomPercent: nil)
    /// The range from which links get their VNIs.
    package var vnis = NetworkPlanInput.defaultVNIs
    package let verifications = VerificationQueue()
    package let statistics = StatisticsBook()
    let consoles: ConsoleBook
    /// Comes when webhooks are added, removed or resumed.
    let webhookNews = News()
    package let series: SeriesBook
    /// The period in which figures of hosts are read.
    package var samplePeriod = Duration.seconds(10)
    package var sessions = Sessions()
    /// The rights of the caller, which limit lists, and the images to choose from.
    var rights = Rights.local
    package var now: @Sendable () -> Date
    package var newID: @Sendable () -> String
    package var log: Logger

    package init(
        store: any Store, hypervisor: any Hypervisor, vault: any ImageVault, operations: Operations,
        watch: HostWatch, events: EventBook, consoles: ConsoleBook = ConsoleBook(),
        series: SeriesBook = SeriesBook(), defaultImage: String, log: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.store = store
        self.hypervisor = ShutdownGuard(hypervisor)
        self.vault = vault
        self.operations = operations
        self.watch = watch
        self.events = events
        self.consoles = consoles
        self.series = series
        self.defaultImage = defaultImage
        self.log = log
        self.now = now
        self.newID = newID
    }

    /// The present state of the image copies on a host.
    ///
    /// - Throws: `hostUnreachable`, and the other errors of ``Hypervisor/imageCopies(on:)``.
    func prunePlan(of host: Host, pools: [HostSurvey.Pool]) async throws(Refusal) -> PrunePlan {
        let observed = try await hypervisor.imageCopies(on: host)
        return PrunePlan(
            host: host, fleet: try await store.fleet(), images: try await vault.images(),
            unfinished: try await store.unfinished(), observed: observed, pools: pools, now: now())
    }

    /// Plans again if the plan became invalid before it began: a copy of an image that it needs was swept, or a network
    /// that was planned at the same time took a VNI that it chose.
    func planningAgain<Value>(_ body: () async throws(Refusal) -> Value) async throws(Refusal) -> Value {
        for _ in 1...32 {
            do {
                return try await body()
            } catch {
                guard [.imageNotOnHost, .segmentTaken].contains(error.code), error.operation == nil else {
                    throw error
                }
            }
        }
        return try await body()
    }

    /// The same for one caller.
    package func acting(for caller: Caller) -> ControlContext {
        var context = self
        context.rights = caller.rights
        return context
    }

    /// The images that the caller may use: those of the server, and those of the caller's teams.
    ///
    /// - Parameter machines: existing machines, whose images are among them too.
    func catalogue(of machines: [Machine] = []) async throws(Refusal) -> Catalogue {
        let (images, records) = (try await vault.images(), try await store.access())
        let visible = images.filter { image in
            (records.owner(of: image).map { rights.role(on: Rights.Object(team: $0)) != nil } ?? true)
                || machines.contains { $0.isMade(from: image) }
        }
        return Catalogue(
            images: visible, defaultImage: try await vault.chosenDefault() ?? defaultImage,
            tags: try await vault.tags())
    }
}
