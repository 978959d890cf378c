package import Model

extension HostRegistry {
    /// What a registered host is to have from now on; what is `nil` or empty stays as it is.
    package struct Update: Sendable {
        package var name: String
        package var hostKey: String?
        package var addresses: [String]
        package var uri: String?
        package var memoryMiB: Int64?
        /// Empty leaves the choice to us again.
        package var storagePool: String?
        /// The same.
        package var underlay: String?
        /// Pin whatever key the host shows now, in place of the one that is pinned.
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

    /// Contacts a registered host under another key, or elsewhere, and records it so; or changes nothing and says why.
    ///
    /// - Throws: `hostNotRegistered`; `hostInUse` while an operation on it is under way; what ``register(_:)`` throws.
    package func update(_ update: Update) async throws(Refusal) -> Host {
        let fleet = try await with.store.fleet()
        let known = try fleet.host(update.name, subject: .hostName)
        let others = fleet.hosts.filter { $0.name != known.name }
        var host = try Registration(host: update.applied(to: known), known: others).checked()
        try await checkAtRest(known)
        do {
            host = try await with.hypervisor.contact(host, trustsFirstUse: update.trustsFirstUse)
            try await checkApart([host], fleet)
        } catch {
            throw error.at(host: known.name)
        }
        try await with.store.apply([.replaceHost(host)])
        let now = try await with.store.fleet().host(known.name)
        await note(.hostUpdated, now.name, "host '\(now.name)' is registered otherwise: \(update.words)")
        await with.watch.attend(now)
        return now
    }

    /// What goes on there was begun under the old key: it ends first. What is stuck goes on under the new one.
    private func checkAtRest(_ host: Host) async throws(Refusal) {
        guard
            let busy = try await with.store.unfinished().first(where: { $0.goesOn && $0.hostNames.contains(host.name) })
        else { return }
        throw Refusal(
            .hostInUse, .hostName,
            "\(.hostName) is '\(host.name)': \(busy.service) is \(busy.state.rawValue) there (operation \(busy.id.text)); "
                + "wait until it has ended, or cancel it", value: host.name, host: host.name,
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

    /// What is new, for people.
    fileprivate var words: String {
        var words: [String] = []
        if hostKey != nil || trustsFirstUse { words.append("another key") }
        if !addresses.isEmpty { words.append("reached at \(addresses.map(\.shown).joined(separator: ", "))") }
        if let uri { words.append("uri \(uri.shown)") }
        if let memoryMiB { words.append("\(memoryMiB) MiB") }
        if let storagePool { words.append(storagePool.isEmpty ? "no pool of its own" : "pool \(storagePool.shown)") }
        if let underlay {
            words.append(underlay.isEmpty ? "no address of its own for links" : "links at \(underlay.shown)")
        }
        return words.isEmpty ? "as before" : words.joined(separator: ", ")
    }
}
