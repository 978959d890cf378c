internal import FoundationEssentials
internal import GRDB
internal import Model

/// Writes record changes in the caller's transaction, and turns violated constraints into refusals.
///
/// Removing or changing a missing record does nothing: an operation that resumes after a crash repeats its changes.
struct RecordWriter {
    var database: Database
    /// Unfinished operations at the time of the transaction.
    var unfinished: [UnfinishedOperation]

    /// Writes one change.
    ///
    /// - Throws: `hostNameTaken`, `hostAddressTaken`, `hostInUse`, `hostNotRegistered`, `machineNameTaken`,
    ///   `addressTaken`, `imageNotOnHost`, `imageInUse`, `networkNameTaken`, `networkChanged`, `segmentTaken`,
    ///   `invalidValue` for a machine id that already exists; other SQLite errors.
    func write(_ change: RecordChange) throws {
        switch change {
        case .insertHost(let host): try insert(host)
        case .removeHost(let name): try removeHost(name)
        case .replaceHost(let host): try replace(host)
        case .setMaintenance(let name, let since): try rewrite(host: name) { $0.setMaintenance(since: since) }
        case .setShutdown(let name, let mark): try rewrite(host: name) { $0.shutDown = mark }
        case .wentDown(let name): try rewrite(host: name) { $0.shutDown?.isDown = true }
        case .insertMachine(let machine): try insert(machine)
        case .removeMachine(let id): try execute("DELETE FROM machine WHERE id = ?", [id.text])
        case .setAsked(let id, let asked, let startedAt):
            try rewrite(id) { machine in
                machine.asked = asked
                machine.startedAt = startedAt
            }
        case .setScheduler(let id, let values):
            try rewrite(id) { $0.scheduler = ($0.scheduler ?? [:]).merging(values) { $1 } }
        case .imageIsOnHost(let image): try insert(image)
        case .imageIsNeeded(let image, let time):
            try setLastUsed(time, host: image.host, digest: image.digest)
            guard database.changesCount > 0 else { throw CopyConflicts.removed(image) }
        case .imageWasUsed(let host, let digest, let time): try setLastUsed(time, host: host, digest: digest)
        case .imageLeaves(let copy, let host):
            if let refusal = try CopyConflicts(database: database, unfinished: unfinished).use(of: copy, on: host) {
                throw refusal
            }
            try execute(
                "DELETE FROM image_on_host WHERE host = ? AND digest = ? AND pool = ? AND volume = ?",
                [host, copy.digest.text, copy.volume.pool, copy.volume.name])
        case .imageLeftHost(let host, let digest):
            try execute("DELETE FROM image_on_host WHERE host = ? AND digest = ?", [host, digest.text])
        case .insertNetwork(let network): try insert(network)
        case .replaceNetwork(let network, let was): try replace(network, was: was)
        case .setConditions(let network, let link, let was):
            if let was, try !isRecorded(was) { throw RecordConflicts.changed(network) }
            try execute("UPDATE network SET record = ? WHERE name = ?", [try StoredText.encode(network), network.name])
            if let known = try verification(of: network.name) { try write(known.changing(link), of: network.name) }
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
            guard var verification = try verification(of: name) else { return }
            verification.doubted.formUnion(links)
            try write(verification, of: name)
        case .note(let event):
            let rows = EventRows(database: database)
            try rows.append(event)
            try rows.trim()
        }
    }

    private func insert(_ host: Host) throws {
        do {
            try execute(
                "INSERT INTO host (name, uri, record) VALUES (?, ?, ?)",
                [host.name, host.uri, try StoredText.encode(host)])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).refusal(host)
        }
        try insertAddresses(of: host)
    }

    private func replace(_ host: Host) throws {
        try rewrite(host: host.name) { $0 = $0.registered(as: host) }
        guard database.changesCount > 0 else { throw RecordConflicts.notRegistered(host.name) }
        do {
            try execute("UPDATE host SET uri = ? WHERE name = ?", [host.uri, host.name])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).uriTaken(host)
        }
        try execute("DELETE FROM host_address WHERE host = ?", [host.name])
        try insertAddresses(of: host)
    }

    private func insertAddresses(of host: Host) throws {
        for address in Set(host.addresses) {
            do {
                try execute("INSERT INTO host_address (address, host) VALUES (?, ?)", [address, host.name])
            } catch DatabaseError.SQLITE_CONSTRAINT {
                throw try RecordConflicts(database: database).refusal(address, of: host)
            }
        }
    }

    /// Removes a host's record.
    ///
    /// - Throws: `hostInUse` if the host carries machines or has an unfinished operation.
    private func removeHost(_ name: String) throws {
        if let refusal = try RecordConflicts(database: database).unfinished(on: name) { throw refusal }
        do {
            try execute("DELETE FROM host WHERE name = ?", [name])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try RecordConflicts(database: database).inUse(name)
        }
    }

    private func rewrite(host name: String, _ body: (inout Host) -> Void) throws {
        let statement = try database.cachedStatement(sql: "SELECT record FROM host WHERE name = ?")
        guard let text = try String.fetchOne(statement, arguments: [name]) else { return }
        var host = try StoredText.decode(text, as: Host.self)
        body(&host)
        try execute("UPDATE host SET record = ? WHERE name = ?", [try StoredText.encode(host), name])
    }

    private func insert(_ machine: Machine) throws {
        do {
            try execute(
                "INSERT INTO machine (id, name, host, address, mac, record) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    machine.id.text, machine.name, machine.host, machine.physicalAddress.map { "\($0.address)" },
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

    /// Whether the network's current record equals `was`.
    private func isRecorded(_ was: VirtualNetwork) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT record FROM network WHERE name = ?")
        let text = try String.fetchOne(statement, arguments: [was.name])
        // Both values are decoded from stored text, because the database stores times with less precision than memory.
        return try text.map(decode) == decode(try StoredText.encode(was))
    }

    private func verification(of network: String) throws -> Verification? {
        let statement = try database.cachedStatement(sql: "SELECT record FROM network_verification WHERE network = ?")
        return try String.fetchOne(statement, arguments: [network]).map {
            try StoredText.decode($0, as: Verification.self)
        }
    }

    /// Writes nothing if the network has no record.
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
            INSERT INTO abandoned (id, host, record) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET host = excluded.host, record = excluded.record
            """, [one.id, one.host, try StoredText.encode(one)])
    }

    private func decode(_ text: String) throws -> VirtualNetwork {
        try StoredText.decode(text, as: VirtualNetwork.self)
    }

    private func replace(_ machine: Machine) throws {
        do {
            try execute(
                "UPDATE machine SET host = ?, address = ?, mac = ?, record = ? WHERE id = ?",
                [
                    machine.host, machine.physicalAddress.map { "\($0.address)" }, machine.mac?.description,
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

    private func insert(_ image: ImageOnHost) throws {
        do {
            try execute(
                """
                INSERT INTO image_on_host (host, digest, pool, volume, last_used, shared) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (host, digest) DO UPDATE SET pool = excluded.pool, volume = excluded.volume,
                    last_used = excluded.last_used, shared = excluded.shared
                """,
                [
                    image.host, image.digest.text, image.volume.pool, image.volume.name,
                    image.lastUsed?.timeIntervalSince1970, image.isShared ? 1 : 0,
                ])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw RecordConflicts.notRegistered(image.host)
        }
    }

    private func setLastUsed(_ time: Date, host: String, digest: Digest) throws {
        try execute(
            "UPDATE image_on_host SET last_used = ? WHERE host = ? AND digest = ?",
            [time.timeIntervalSince1970, host, digest.text])
    }

    private func execute(_ query: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: query).execute(arguments: arguments)
    }
}
