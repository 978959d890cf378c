internal import ArgumentParser
internal import Control
internal import Glibc
internal import HTTP
internal import Hosts
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Storage
internal import UnixSignals

/// The composition root: makes each part, joins them, runs them.
struct Server {
    let settings: ServerSettings

    func run() async throws {
        LoggingSystem.bootstrap { label in PlainLog(StreamLogHandler.standardError(label: label)) }
        var log = Logger(label: "vmsd")
        log.logLevel = settings.logLevel
        do {
            try await run(log)
        } catch let refusal as Refusal {
            log.debug("\(refusal.detail ?? "")")
            throw ValidationError(refusal.reason)
        } catch {
            guard let number = FrontDoor.systemError(of: error) else { throw error }
            throw ValidationError(words(number))
        }
    }

    /// Why there is no server, where its port could not be opened.
    private func words(_ error: CInt) -> String {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let listen = "\(host):\(settings.port)"
        switch error {
        case EADDRINUSE: return "listen is '\(listen)': another program has it; choose another with --listen"
        case EADDRNOTAVAIL: return "listen is '\(listen)': this machine has no such address; choose one that it has"
        case EACCES, EPERM: return "listen is '\(listen)': only root may open it; choose a port from 1024 on"
        default: return "listen is '\(listen)': it cannot be opened: \(String(cString: strerror(error)))"
        }
    }

    /// Tells an operator who chose an image that there is none of that name yet.
    private func warn(_ vault: FileVault, _ log: Logger) async {
        guard let images = try? await vault.images(), settings.choosesImage else { return }
        let tags = (try? await vault.tags()) ?? []
        let chosen = try? await vault.chosenDefault()
        let catalogue = Catalogue(images: images, defaultImage: settings.defaultImage, tags: tags)
        guard chosen == nil, catalogue.standard == nil else { return }
        log.warning(
            "default-image is '\(settings.defaultImage)': there is no such image yet; requests that name none are refused"
        )
    }

    private func run(_ log: Logger) async throws {
        let store = try SQLStore.open(at: settings.data + "/vms.sqlite")
        let identity = SSHIdentity(folder: settings.data + "/ssh")
        identity.clean()
        let vault = FileVault(folders: settings.images, dataFolder: settings.data, log: log)
        var access = HostAccess(identity: identity)
        access.patience = settings.patience
        access.allowsTCP = settings.allowsTCP
        access.allowedDisks = settings.allowedDisks
        access.socketFolders += settings.allowedSockets.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        if settings.transferMbit > 0 { access.transferPace = TransferPace(mbit: settings.transferMbit) }
        let faultPoint = FaultPoint(settings)
        let hosts = RealHosts(vault: vault, access: access, log: log)
        let operations = Operations(store: store, hypervisor: hosts, log: log, afterEntry: faultPoint.reached)
        let events = EventBook(store: store)
        let (returns, returned) = AsyncStream<String>.makeStream()
        let watch = HostWatch(
            store: store, hypervisor: hosts, events: events, log: log,
            onReturn: { node, wasLost in
                await operations.hostReturned(node)
                if wasLost { returned.yield(node) }
            })
        var surroundings = Surroundings(
            store: store, hypervisor: hosts, vault: vault, operations: operations, watch: watch, events: events,
            defaultImage: settings.defaultImage, log: log)
        surroundings.sweepPolicy = settings.sweepPolicy
        surroundings.vnis = settings.vnis
        let sweeper = SweepClock(sweeps: Sweeps(surroundings), nodes: Nodes(surroundings), log: log)
        let networkWatch = NetworkWatch(surroundings, returns: returns)
        let meter = ServiceMeter()
        var door = FrontDoor.Settings()
        door.host = settings.host
        door.port = settings.port
        door.publicURL = settings.publicURL
        door.bodyLimit = settings.bodyLimit
        door.bodyBudget = settings.bodyBudget
        let descriptors = Descriptors.raised()
        door.connections = descriptors.connections(atMost: settings.maxConnections)
        door.connectionsPerAddress = max(
            settings.maxConnectionsPerAddress * door.connections / settings.maxConnections, 1)
        if door.connections < settings.maxConnections {
            log.warning(
                "at most \(door.connections) connections are taken: the process may have \(descriptors.limit) descriptors"
            )
        }
        let table = ServiceTable(ServerEndpoints(surroundings).all, meter: meter, log: log)
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let application = FrontDoor(
            settings: door, table: table, images: Images(surroundings), meter: meter, log: log
        ).application { port in
            print("vmsd listens on http://\(host):\(port)")
            fflush(nil)
        }
        // Image digests may take seconds the first time; nobody waits for them before the first create.
        Task { await warn(vault, log) }
        try await identity.prepare()
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: operations), .init(service: watch), .init(service: networkWatch),
                .init(service: sweeper), .init(service: UploadClock(vault: vault)), .init(service: application),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = .seconds(45)
        try await ServiceGroup(configuration: group).run()
        await hosts.close()
        try store.close()
    }
}
