internal import FoundationEssentials
internal import GRDB
internal import Model

/// Writes record changes in a transaction of the caller's, and says in words what a constraint forbids.
///
/// Removing or changing what is not there does nothing: an operation that is finished after a crash repeats its changes.
struct RecordWriter {
    var database: Database
    /// What is going on, as the transaction finds it.
    var unfinished: [UnfinishedOperation]

    /// - Throws: `nodeNameTaken`, `nodeAddressTaken`, `nodeInUse`, `nodeNotRegistered`, `machineNameTaken`,
    ///   `addressTaken`, `imageNotOnHost`, `imageInUse`, `networkNameTaken`,
    ///   `networkChanged`, `segmentTaken`, `invalidValue` for a machine's
    ///   id that is known; what SQLite says otherwise.
    func write(_ change: RecordChange) throws {
        switch change {
        case .insertNode(let node): try insert(node)
        case .removeNode(let name): try removeNode(name)
        case .replaceNode(let node): try replace(node)
        case .setMaintenance(let name, let since): try rewrite(node: name) { $0.setMaintenance(since: since) }
        case .setShutdown(let name, let mark): try rewrite(node: name) { $0.shutDown = mark }
        case .wentDown(let name): try rewrite(node: name) { $0.shutDown?.isDown = true }
        case .insertMachine(let machine): try insert(machine)
        case .removeMachine(let id): try execute("DELETE FROM machine WHERE id = ?", [id.text])
        case .setAsked(let id, let asked, let startedAt):
            try rewrite(id) { machine in
                machine.asked = asked
                machine.startedAt = startedAt
            }
        case .setScheduler(let id, let values):
            try rewrite(id) { $0.scheduler = ($0.scheduler ?? [:]).merging(values) { $1 } }
        case .imageIsOnNode(let image): try insert(image)
        case .imageIsNeeded(let image, let time):
            try setLastUsed(time, node: image.node, digest: image.digest)
            guard database.changesCount > 0 else { throw CopyConflicts.gone(image) }
        case .imageWasUsed(let node, let digest, let time): try setLastUsed(time, node: node, digest: digest)
        case .imageLeaves(let copy, let node):
            if let refusal = try CopyConflicts(database: database, unfinished: unfinished).use(of: copy, on: node) {
                throw refusal
            }
            try execute(
                "DELETE FROM image_on_node WHERE node = ? AND digest = ? AND pool = ? AND volume = ?",
                [node, copy.digest.text, copy.volume.pool, copy.volume.name])
        case .imageLeftNode(let node, let digest):
            try execute("DELETE FROM image_on_node WHERE node = ? AND digest = ?", [node, digest.text])
        case .insertNetwork(let network): try insert(network)
        case .replaceNetwork(let network, let was): try replace(network, was: was)
        case .replaceMachine(let machine): try replace(machine)
        case .removeNetwork(let name): try execute("DELETE FROM network WHERE name = ?", [name])
        case .abandon(let one): try write(one)
        case .abandonedSeen(let id, let sighting):
            let statement = try database.cachedStatement(sql: "SELECT record FROM abandoned WHERE id = ?")
            guard let text = try String.fetchOne(statement, arguments: [id]) else { return }
            var one = try StoredText.decode(text, as: Abandoned.self)
            one.seen = sighting
            try write(one)
        case .forgetAbandoned(let ids):
            for id in ids { try execute("DELETE FROM abandoned WHERE id = ?", [id]) }
        case .verified(let name, let verification, let was):
            if let was, try !isRecorded(was) { return }
            try write(verification, of: name)
        case .doubt(let name, let links):
            let statement = try database.cachedStatement(
                sql: "SELECT record FROM network_verification WHERE network = ?")
            guard let text = try String.fetchOne(statement, arguments: [name]) else { return }
            var verification = try StoredText.decode(text, as: Verification.self)
            verification.doubted.formUnion(links)
            try write(verification, of: name)
        }
    }

    private func insert(_ node: Node) throws {
        do {
            try execute(
                "INSERT INTO node (name, uri, record) VALUES (?, ?, ?)",
                [node.name, node.uri, try StoredText.encode(node)])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).refusal(node)
        }
        try insertAddresses(of: node)
    }

    private func replace(_ node: Node) throws {
        try rewrite(node: node.name) { $0 = $0.registered(as: node) }
        guard database.changesCount > 0 else { throw RecordConflicts.notRegistered(node.name) }
        do {
            try execute("UPDATE node SET uri = ? WHERE name = ?", [node.uri, node.name])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).uriTaken(node)
        }
        try execute("DELETE FROM node_address WHERE node = ?", [node.name])
        try insertAddresses(of: node)
    }

    private func insertAddresses(of node: Node) throws {
        for address in Set(node.addresses) {
            do {
                try execute("INSERT INTO node_address (address, node) VALUES (?, ?)", [address, node.name])
            } catch DatabaseError.SQLITE_CONSTRAINT {
                throw try RecordConflicts(database: database).refusal(address, of: node)
            }
        }
    }

    /// A host that carries machines stays, and so does one on which an operation is unfinished.
    private func removeNode(_ name: String) throws {
        if let refusal = try RecordConflicts(database: database).unfinished(on: name) { throw refusal }
        do {
            try execute("DELETE FROM node WHERE name = ?", [name])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).inUse(name)
        }
    }

    private func rewrite(node name: String, _ body: (inout Node) -> Void) throws {
        let statement = try database.cachedStatement(sql: "SELECT record FROM node WHERE name = ?")
        guard let text = try String.fetchOne(statement, arguments: [name]) else { return }
        var node = try StoredText.decode(text, as: Node.self)
        body(&node)
        try execute("UPDATE node SET record = ? WHERE name = ?", [try StoredText.encode(node), name])
    }

    private func insert(_ machine: Machine) throws {
        do {
            try execute(
                "INSERT INTO machine (id, name, node, address, mac, record) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    machine.id.text, machine.name, machine.node, machine.physicalAddress.map { "\($0.address)" },
                    machine.mac?.description, try StoredText.encode(machine),
                ])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).refusal(machine)
        }
    }

    private func insert(_ network: VirtualNetwork) throws {
        do {
            try execute(
                "INSERT INTO network (name, record) VALUES (?, ?)",
                [network.name, try StoredText.encode(network)])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw RecordConflicts.taken(network)
        }
        for vni in network.links.compactMap(\.vni) {
            do {
                try execute("INSERT INTO network_vni (vni, network) VALUES (?, ?)", [vni, network.name])
            } catch DatabaseError.SQLITE_CONSTRAINT {
                throw RecordConflicts.segmentTaken(network)
            }
        }
    }

    private func replace(_ network: VirtualNetwork, was: VirtualNetwork?) throws {
        if let was, try !isRecorded(was) { throw RecordConflicts.changed(network) }
        try execute("DELETE FROM network WHERE name = ?", [network.name])
        try insert(network)
    }

    /// Whether that is what is recorded of a network now.
    private func isRecorded(_ was: VirtualNetwork) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT record FROM network WHERE name = ?")
        let text = try String.fetchOne(statement, arguments: [was.name])
        // Both as they come back from the database: it keeps times to less than memory does.
        return try text.map(decode) == decode(try StoredText.encode(was))
    }

    /// Of a network that is not there nothing is kept.
    private func write(_ verification: Verification, of network: String) throws {
        try execute(
            """
            INSERT INTO network_verification (network, record) SELECT name, ? FROM network WHERE name = ?
            ON CONFLICT (network) DO UPDATE SET record = excluded.record
            """, [try StoredText.encode(verification), network])
    }

    private func write(_ one: Abandoned) throws {
        try execute(
            """
            INSERT INTO abandoned (id, node, record) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET node = excluded.node, record = excluded.record
            """, [one.id, one.node, try StoredText.encode(one)])
    }

    private func decode(_ text: String) throws -> VirtualNetwork {
        try StoredText.decode(text, as: VirtualNetwork.self)
    }

    private func replace(_ machine: Machine) throws {
        do {
            try execute(
                "UPDATE machine SET node = ?, address = ?, mac = ?, record = ? WHERE id = ?",
                [
                    machine.node, machine.physicalAddress.map { "\($0.address)" }, machine.mac?.description,
                    try StoredText.encode(machine), machine.id.text,
                ])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).refusal(machine)
        }
    }

    private func rewrite(_ id: MachineID, _ body: (inout Machine) -> Void) throws {
        let statement = try database.cachedStatement(sql: "SELECT record FROM machine WHERE id = ?")
        guard let text = try String.fetchOne(statement, arguments: [id.text]) else { return }
        var machine = try StoredText.decode(text, as: Machine.self)
        body(&machine)
        try execute("UPDATE machine SET record = ? WHERE id = ?", [try StoredText.encode(machine), id.text])
    }

    private func insert(_ image: ImageOnNode) throws {
        do {
            try execute(
                """
                INSERT INTO image_on_node (node, digest, pool, volume, last_used, shared) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (node, digest) DO UPDATE SET pool = excluded.pool, volume = excluded.volume,
                    last_used = excluded.last_used, shared = excluded.shared
                """,
                [
                    image.node, image.digest.text, image.volume.pool, image.volume.name,
                    image.lastUsed?.timeIntervalSince1970, image.isShared ? 1 : 0,
                ])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw RecordConflicts.notRegistered(image.node)
        }
    }

    private func setLastUsed(_ time: Date, node: String, digest: Digest) throws {
        try execute(
            "UPDATE image_on_node SET last_used = ? WHERE node = ? AND digest = ?",
            [time.timeIntervalSince1970, node, digest.text])
    }

    private func execute(_ query: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: query).execute(arguments: arguments)
    }
}
