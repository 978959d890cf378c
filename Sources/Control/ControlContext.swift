package import FoundationEssentials
package import Logging
package import Model

/// What the verbs share: the ports, and what the world gives (time and new ids). No verb holds another verb.
package struct ControlContext: Sendable {
    package var store: any Store
    /// Refuses at once what is asked of a host that was shut down on purpose.
    package var hypervisor: any Hypervisor
    package var vault: any ImageVault
    package var operations: Operations
    package var watch: HostWatch
    package var events: EventBook
    /// Name of the image that is taken when a request names none and nobody has chosen another.
    package var defaultImage: String
    /// When copies of images that nobody uses leave their hosts by themselves.
    package var sweepPolicy = ImageSweep.Policy(unusedDays: nil, roomPercent: nil)
    /// Of which links get theirs.
    package var vnis = NetworkQuestion.usualVNIs
    package let verifications = VerificationBook()
    package var now: @Sendable () -> Date
    package var newID: @Sendable () -> String
    package var log: Logger

    package init(
        store: any Store, hypervisor: any Hypervisor, vault: any ImageVault, operations: Operations,
        watch: HostWatch, events: EventBook, defaultImage: String, log: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.store = store
        self.hypervisor = HostsThatAreOn(hypervisor)
        self.vault = vault
        self.operations = operations
        self.watch = watch
        self.events = events
        self.defaultImage = defaultImage
        self.log = log
        self.now = now
        self.newID = newID
    }

    /// What is known of the copies of images on a host, as it stands now.
    ///
    /// - Throws: `hostUnreachable`, and what else ``Hypervisor/imageCopies(on:)`` throws.
    func imageSweep(of host: Host, pools: [HostSurvey.Pool]) async throws(Refusal) -> ImageSweep {
        let observed = try await hypervisor.imageCopies(on: host)
        return ImageSweep(
            host: host, fleet: try await store.fleet(), images: try await vault.images(),
            unfinished: try await store.unfinished(), observed: observed, pools: pools, now: now())
    }

    /// Before a plan begins, a copy of an image that it counts on may be swept, and a VNI that it chose may be taken by a
    /// network that is planned at the same time: then it is planned again.
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

    func catalogue() async throws(Refusal) -> Catalogue {
        Catalogue(
            images: try await vault.images(), defaultImage: try await vault.chosenDefault() ?? defaultImage,
            tags: try await vault.tags())
    }
}
