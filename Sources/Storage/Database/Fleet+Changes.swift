internal import FoundationEssentials
internal import Model

extension Fleet {
    /// Applies a change that the database has accepted. Hosts, machines and networks stay sorted by name.
    mutating func apply(_ change: RecordChange) {
        switch change {
        case .insertHost(let host):
            hosts.insert(host, at: hosts.firstIndex { $0.name > host.name } ?? hosts.count)
        case .removeHost(let name):
            hosts.removeAll { $0.name == name }
            removeImages(on: name)
        case .replaceHost(let host): rewrite(host: host.name) { $0 = $0.registered(as: host) }
        case .setMaintenance(let name, let since):
            rewrite(host: name) { $0.setMaintenance(since: since) }
        case .setShutdown(let name, let mark): rewrite(host: name) { $0.shutDown = mark }
        case .wentDown(let name): rewrite(host: name) { $0.shutDown?.isDown = true }
        case .insertMachine(let machine): put(machine)
        case .removeMachine(let id): removeMachine(id)
        case .setAsked(let id, let asked, let startedAt):
            self.change(id) { ($0.asked, $0.startedAt) = (asked, startedAt) }
        case .setScheduler(let id, let values):
            self.change(id) { $0.scheduler = ($0.scheduler ?? [:]).merging(values) { $1 } }
        case .imageIsOnHost(let image): put(image)
        case .imageIsNeeded(let image, let time):
            setLastUsed(time, host: image.host, digest: image.digest)
        case .imageWasUsed(let host, let digest, let time): setLastUsed(time, host: host, digest: digest)
        case .imageLeaves(let copy, let host):
            removeImages(on: host) { $0.digest == copy.digest && $0.volume == copy.volume }
        case .imageLeftHost(let host, let digest):
            removeImages(on: host) { $0.digest == digest }
        case .insertNetwork(let network): put(network)
        case .replaceNetwork(let network, _):
            apply(.removeNetwork(network.name))
            put(network)
        case .setConditions(let network, let link, _):
            guard self.network(named: network.name) != nil else { return }
            put(network)
            verifications[network.name] = verifications[network.name]?.changing(link)
        case .replaceMachine(let machine): self.change(machine.id) { $0 = machine }
        case .removeNetwork(let name):
            removeNetwork(name)
            verifications[name] = nil
        case .abandon(let one):
            abandoned.removeAll { $0.id == one.id }
            abandoned.insert(one, at: abandoned.firstIndex { $0.sortKey > one.sortKey } ?? abandoned.count)
        case .abandonedSeen(let id, let sighting):
            for index in abandoned.indices where abandoned[index].id == id { abandoned[index].seen = sighting }
        case .forgetAbandoned(let ids): abandoned.removeAll { ids.contains($0.id) }
        case .verified(let name, let verification, let was):
            guard let network = network(named: name), was == nil || was == network else { return }
            verifications[name] = verification
        case .doubt(let name, let links): verifications[name]?.doubted.formUnion(links)
        // Events are read from the database.
        case .note: break
        }
    }
}

extension Fleet {
    private mutating func rewrite(host name: String, _ body: (inout Host) -> Void) {
        guard let index = hosts.firstIndex(where: { $0.name == name }) else { return }
        body(&hosts[index])
    }

    private mutating func setLastUsed(_ time: Date, host: String, digest: Digest) {
        guard var image = images(on: host).first(where: { $0.digest == digest }) else { return }
        image.lastUsed = time
        put(image)
    }
}

extension Abandoned {
    var sortKey: (String, String) { (host, id) }
}
