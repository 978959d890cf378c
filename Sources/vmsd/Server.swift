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

    /// The message for an address that could not be opened.
    private func words(_ error: CInt) -> String {
        let listen = settings.listens.map(\.text).joined(separator: "', '")
        switch error {
        case EADDRINUSE: return "listen is '\(listen)': another program uses it; choose another with --listen"
        case EADDRNOTAVAIL: return "listen is '\(listen)': this machine has no such address; choose one that it has"
        case EACCES, EPERM: return "listen is '\(listen)': only root may open it; choose a port from 1024 on"
        default: return "listen is '\(listen)': it cannot be opened: \(String(cString: strerror(error)))"
        }
    }

    /// The certificate of listeners with TLS: the operator's, or one that the server makes and renews.
    private func certificate(_ log: Logger) throws -> (ServerCertificate, renewal: CertificateRenewal?)? {
        guard settings.listens.contains(where: \.isEncrypted) else { return nil }
        do {
            if let files = settings.certificate { return (try ServerCertificate(files, log: log), nil) }
            let names = settings.listens.flatMap(\.certificateNames) + [settings.publicURL?.host].compactMap(\.self)
            let own = OwnCertificate(
                folder: settings.data + "/tls", names: names + [Self.hostName, "localhost", "127.0.0.1", "::1"])
            try own.prepare()
            let certificate = try ServerCertificate(own.files, log: log)
            log.notice(
                "the server's own certificate is used",
                metadata: ["sha256": "\(certificate.fingerprint ?? "")", "authority": "\(own.authority)"])
            return (certificate, CertificateRenewal(certificate: own, log: log))
        } catch let error as ServerCertificate.Unusable {
            throw ValidationError("tls-certificate: \(error.words)")
        }
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
        let webhooks = WebhookClient()
        do {
            try await run(backend, webhooks, log)
        } catch {
            await webhooks.close()
            await backend.close()
            throw error
        }
        await webhooks.close()
        backend.series?.close()
        await backend.close()
        try backend.store.close()
    }

    private func run(_ backend: Backend, _ webhooks: WebhookClient, _ log: Logger) async throws {
        var control = ControlPlane.Settings()
        control.defaultImage = settings.defaultImage
        control.prunePolicy = settings.prunePolicy
        control.vnis = settings.vnis
        control.samplePeriod = .seconds(settings.sampleSeconds)
        if backend.simulation != nil { control.watchPause = .milliseconds(200) }
        let plane = ControlPlane(
            store: backend.store, hypervisor: backend.hypervisor, vault: backend.vault, archive: backend.series,
            webhooks: webhooks, settings: control, log: log, afterEntry: FaultPoint(settings).reached)
        await plane.seriesClock?.restore()
        let meter = ServiceMeter()
        let access = RecordedAccess(plane.context, bound: settings.boundTokens, limits: settings.calls)
        let server = HTTPServer(
            settings: httpSettings(log),
            table: ServiceTable(ServerEndpoints(plane.context).all, access: access, meter: meter, log: log),
            simulation: backend.simulation.map {
                ServiceTable(SimulationEndpoints($0).all, access: access, meter: meter, log: log)
            }, control: plane.context, meter: meter, log: log)
        let certificate = try certificate(log)
        var applications: [any Service] = settings.listens.map { listen in
            let listener = HTTPServer.Listener(
                listen.place, allowsNone: !settings.needsToken,
                certificate: listen.isEncrypted ? certificate?.0 : nil)
            return server.application(on: listener) { port in
                let at = listen.urlHost.map { "\(listen.scheme.rawValue)://\($0):\(port)" } ?? listen.text
                print("vmsd listens on \(at)")
                fflush(nil)
            }
        }
        if let renewal = certificate?.renewal { applications.append(renewal) }
        if settings.needsToken, try await plane.context.store.access().principals.isEmpty {
            log.notice("there is no user yet: 'vmsd token add NAME --role admin' makes the first")
        }
        if let socket = try LocalSocket(settings, log) {
            applications.append(server.application(on: .init(.unix(socket.path), allowsNone: true)) { _ in })
        }
        if !settings.boundTokens.isEmpty {
            log.warning(
                "legacy-client is set: every program with such an address calls without a credential",
                metadata: ["sources": "\(settings.boundTokens.map { "\($0.source)" }.joined(separator: " "))"])
        }
        // Computing the images' digests may take seconds the first time; the start does not wait for it.
        Task { await warn(backend.vault, log) }
        try await backend.prepare(plane)
        let services = plane.services + [backend.simulation?.keeper].compactMap(\.self) + applications
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = .seconds(45)
        try await ServiceGroup(configuration: group).run()
    }

    private func httpSettings(_ log: Logger) -> HTTPServer.Settings {
        var http = HTTPServer.Settings()
        http.publicURL = settings.publicURL
        http.proxies = settings.proxies
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
