package import Model

extension HostRegistry {
    /// New properties of a registered host; properties that are `nil` or empty stay unchanged.
    package struct Update: Sendable {
        package var name: String
        package var hostKey: String?
        package var addresses: [String]
        package var uri: String?
        package var memoryMiB: Int64?
        /// The pool for disks and images; an empty string lets this server choose again.
        package var storagePool: String?
        /// The address for tunnels between hosts; an empty string lets this server choose again.
        package var underlay: String?
        /// Replace the pinned key by whatever key the host presents now.
        package var trustsFirstUse: Bool

        package init(
            name: String, hostKey: String?, addresses: [String], uri: String?, memoryMiB: Int64?, trustsFirstUse: Bool
        ) {
            self.name = name
            self.hostKey = hostKey
            self.addresses = addresses
            self.uri = uri
            self.memoryMiB = memoryMiB
            self.trustsFirstUse = trustsFirstUse
        }
    }

    /// Contacts a registered host with its new properties and records them; changes nothing if that fails.
    ///
    /// - Throws: `hostNotRegistered`; `hostInUse` if an operation uses the host; the errors of ``register(_:)``.
    package func update(_ update: Update) async throws(Refusal) -> Host {
        let fleet = try await with.store.fleet()
        let known = try fleet.host(update.name, subject: .hostName)
        let others = fleet.hosts.filter { $0.name != known.name }
        var host = try Registration(host: update.applied(to: known), known: others).checked()
        try await checkAtRest(known)
        do {
            host = try await with.hypervisor.contact(host, trustsFirstUse: update.trustsFirstUse)
            try await checkDistinct([host], fleet)
        } catch {
            throw error.at(host: known.name)
        }
        try await with.store.apply([.replaceHost(host)])
        let now = try await with.store.fleet().host(known.name)
        await note(.hostUpdated, now.name, "the registration of host '\(now.name)' changed: \(update.words)")
        await with.watch.attend(now)
        return now
    }

    /// Operations that are running there began with the old key and must end first. A stuck operation continues with
    /// the new key.
    private func checkAtRest(_ host: Host) async throws(Refusal) {
        guard
            let busy = try await with.store.unfinished().first(where: {
                $0.isInProgress && $0.hostNames.contains(host.name)
            })
        else { return }
        throw Refusal(
            .hostInUse, .hostName,
            "\(.hostName) is '\(host.name)': \(busy.service) is \(busy.state.rawValue) there "
                + "(operation \(busy.id.text)); wait until it has ended, or cancel it", value: host.name,
            host: host.name,
            operation: busy.id.text)
    }
}

extension HostRegistry.Update {
    fileprivate func applied(to known: Host) -> Host {
        var host = known
        if trustsFirstUse { host.hostKey = nil }
        if let hostKey { host.hostKey = hostKey }
        if !addresses.isEmpty { host.addresses = addresses }
        if let uri { host.uri = uri }
        if let memoryMiB { host.memoryMiB = memoryMiB }
        if let storagePool { host.storagePool = storagePool.isEmpty ? nil : storagePool }
        if let underlay { host.underlay = underlay.isEmpty ? nil : underlay }
        return host
    }

    /// Describes the new properties, for people.
    fileprivate var words: String {
        var words: [String] = []
        if hostKey != nil || trustsFirstUse { words.append("new key") }
        if !addresses.isEmpty { words.append("addresses \(addresses.map(\.shown).joined(separator: ", "))") }
        if let uri { words.append("uri \(uri.shown)") }
        if let memoryMiB { words.append("\(memoryMiB) MiB") }
        if let storagePool {
            words.append(storagePool.isEmpty ? "pool chosen by the server" : "pool \(storagePool.shown)")
        }
        if let underlay {
            words.append(
                underlay.isEmpty ? "underlay address chosen by the server" : "underlay address \(underlay.shown)")
        }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }
}
