internal import ArgumentParser
internal import Control
internal import Glibc
internal import HTTP
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Simulation
internal import Storage
internal import UnixSignals

/// The composition root: creates the parts of the server, connects them and runs them.
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
            throw ValidationError(refusal.reason.description)
        } catch {
            guard let number = HTTPServer.systemError(of: error) else { throw error }
            throw ValidationError(words(number))
        }
    }

    /// The message for a port that could not be opened.
    private func words(_ error: CInt) -> String {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let listen = "\(host):\(settings.port)"
        switch error {
        case EADDRINUSE: return "listen is '\(listen)': another program uses it; choose another with --listen"
        case EADDRNOTAVAIL: return "listen is '\(listen)': this machine has no such address; choose one that it has"
        case EACCES, EPERM: return "listen is '\(listen)': only root may open it; choose a port from 1024 on"
        default: return "listen is '\(listen)': it cannot be opened: \(String(cString: strerror(error)))"
        }
    }

    /// Warns an operator who chose a default image if there is no such image yet.
    private func warn(_ vault: FileVault, _ log: Logger) async {
        guard let images = try? await vault.images(), settings.isImageChosen else { return }
        let tags = (try? await vault.tags()) ?? []
        let chosen = try? await vault.chosenDefault()
        let catalogue = Catalogue(images: images, defaultImage: settings.defaultImage, tags: tags)
        guard chosen == nil, catalogue.standard == nil else { return }
        log.warning(
            "default-image is '\(settings.defaultImage)': there is no such image yet; requests that name none are refused"
        )
    }

    private func run(_ log: Logger) async throws {
        let backend =
            if let simulated = settings.simulation {
                try Backend.simulated(simulated, settings, log)
            } else {
                try Backend.real(settings, log)
            }
        do {
            try await run(backend, log)
        } catch {
            await backend.close()
            throw error
        }
        await backend.close()
        try backend.store.close()
    }

    private func run(_ backend: Backend, _ log: Logger) async throws {
        var control = ControlPlane.Settings()
        control.defaultImage = settings.defaultImage
        control.prunePolicy = settings.prunePolicy
        control.vnis = settings.vnis
        if backend.simulation != nil { control.watchPause = .milliseconds(200) }
        let plane = ControlPlane(
            store: backend.store, hypervisor: backend.hypervisor, vault: backend.vault, settings: control, log: log,
            afterEntry: FaultPoint(settings).reached)
        let meter = ServiceMeter()
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let application = HTTPServer(
            settings: httpSettings(log),
            table: ServiceTable(ServerEndpoints(plane.context).all, meter: meter, log: log),
            simulation: backend.simulation.map {
                ServiceTable(SimulationEndpoints($0).all, meter: meter, log: log)
            }, images: Images(plane.context), meter: meter, log: log
        ).application { port in
            print("vmsd listens on http://\(host):\(port)")
            fflush(nil)
        }
        // Computing the images' digests may take seconds the first time; the start does not wait for it.
        Task { await warn(backend.vault, log) }
        try await backend.prepare(plane)
        let services = plane.services + [backend.simulation?.keeper, application].compactMap(\.self)
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = .seconds(45)
        try await ServiceGroup(configuration: group).run()
    }

    private func httpSettings(_ log: Logger) -> HTTPServer.Settings {
        var http = HTTPServer.Settings()
        http.host = settings.host
        http.port = settings.port
        http.publicURL = settings.publicURL
        http.bodyLimit = settings.bodyLimit
        http.bodyBudget = settings.bodyBudget
        let descriptors = Descriptors.raised()
        http.connections = descriptors.connections(atMost: settings.maxConnections)
        http.connectionsPerAddress = max(
            settings.maxConnectionsPerAddress * http.connections / settings.maxConnections, 1)
        if http.connections < settings.maxConnections {
            log.warning(
                "at most \(http.connections) connections are taken: the process may have \(descriptors.limit) descriptors"
            )
        }
        return http
    }
}
