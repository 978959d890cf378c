internal import FoundationEssentials
internal import Model

extension Fleet {
    /// Takes over a change that the database has taken. Nodes, machines and networks stay in the order of their names.
    mutating func take(_ change: RecordChange) {
        switch change {
        case .insertNode(let node):
            nodes.insert(node, at: nodes.firstIndex { $0.name > node.name } ?? nodes.count)
        case .removeNode(let name):
            nodes.removeAll { $0.name == name }
            imagesOnNodes.removeAll { $0.node == name }
        case .replaceNode(let node): rewrite(node: node.name) { $0 = $0.registered(as: node) }
        case .setMaintenance(let name, let since):
            rewrite(node: name) { $0.setMaintenance(since: since) }
        case .setShutdown(let name, let mark): rewrite(node: name) { $0.shutDown = mark }
        case .wentDown(let name): rewrite(node: name) { $0.shutDown?.isDown = true }
        case .insertMachine(let machine):
            machines.insert(machine, at: machines.firstIndex { $0.name > machine.name } ?? machines.count)
        case .removeMachine(let id): machines.removeAll { $0.id == id }
        case .setAsked(let id, let asked, let startedAt):
            guard let index = machines.firstIndex(where: { $0.id == id }) else { return }
            machines[index].asked = asked
            machines[index].startedAt = startedAt
        case .setScheduler(let id, let values):
            guard let index = machines.firstIndex(where: { $0.id == id }) else { return }
            machines[index].scheduler = (machines[index].scheduler ?? [:]).merging(values) { $1 }
        case .imageIsOnNode(let image):
            imagesOnNodes.removeAll { $0.node == image.node && $0.digest == image.digest }
            let place = imagesOnNodes.firstIndex { $0.sortKey > image.sortKey }
            imagesOnNodes.insert(image, at: place ?? imagesOnNodes.count)
        case .imageIsNeeded(let image, let time):
            setLastUsed(time, node: image.node, digest: image.digest)
        case .imageWasUsed(let node, let digest, let time): setLastUsed(time, node: node, digest: digest)
        case .imageLeaves(let copy, let node):
            imagesOnNodes.removeAll { $0.node == node && $0.digest == copy.digest && $0.volume == copy.volume }
        case .imageLeftNode(let node, let digest):
            imagesOnNodes.removeAll { $0.node == node && $0.digest == digest }
        case .insertNetwork(let network):
            networks.insert(network, at: networks.firstIndex { $0.name > network.name } ?? networks.count)
        case .replaceNetwork(let network, _):
            take(.removeNetwork(network.name))
            take(.insertNetwork(network))
        case .replaceMachine(let machine):
            guard let index = machines.firstIndex(where: { $0.id == machine.id }) else { return }
            machines[index] = machine
        case .removeNetwork(let name):
            networks.removeAll { $0.name == name }
            verifications[name] = nil
        case .abandon(let one):
            abandoned.removeAll { $0.id == one.id }
            abandoned.insert(one, at: abandoned.firstIndex { $0.sortKey > one.sortKey } ?? abandoned.count)
        case .abandonedSeen(let id, let sighting):
            for index in abandoned.indices where abandoned[index].id == id { abandoned[index].seen = sighting }
        case .forgetAbandoned(let ids): abandoned.removeAll { ids.contains($0.id) }
        case .verified(let name, let verification, let was):
            guard let network = networks.first(where: { $0.name == name }), was == nil || was == network else { return }
            verifications[name] = verification
        case .doubt(let name, let links): verifications[name]?.doubted.formUnion(links)
        }
    }
}

extension Fleet {
    private mutating func rewrite(node name: String, _ body: (inout Node) -> Void) {
        guard let index = nodes.firstIndex(where: { $0.name == name }) else { return }
        body(&nodes[index])
    }

    private mutating func setLastUsed(_ time: Date, node: String, digest: Digest) {
        guard let index = imagesOnNodes.firstIndex(where: { $0.node == node && $0.digest == digest }) else { return }
        imagesOnNodes[index].lastUsed = time
    }
}

extension Abandoned {
    var sortKey: (String, String) { (node, id) }
}

extension ImageOnNode {
    var sortKey: (String, String) { (node, digest.text) }
}
