internal import FoundationEssentials
internal import Libvirt
package import Model

extension LibvirtHosts {
    /// Not limited by the patience for reads: storage that hangs does not mean that the host is lost.
    package nonisolated func disk(at path: String, on host: Host) async throws(Refusal) -> HostDisk {
        try await with(host) { [access] opened in
            try await GivenDisks(opened, allowed: access.allowedDisks).look(at: path)
        }
    }

    package nonisolated func found(_ copies: [RecordedCopy], on host: Host) async throws(Refusal) -> Set<VolumeName> {
        guard !copies.isEmpty else { return [] }
        return try await read(host) { [access] opened in
            // libvirt's test driver has no storage, so no copy can be lost.
            guard opened.facts.hypervisor != .test else { return Set(copies.map(\.volume)) }
            guard let shell = opened.route.shell else { return try await Self.listed(copies, opened.connection) }
            let found = try await shell.run(MeasureFiles(copies: copies), seconds: access.scriptSeconds)
            return Set(found.filter { $0.copy.size == nil || $0.copy.size == $0.bytes }.map(\.copy.volume))
        }
    }

    /// The copies that libvirt lists after a refresh. libvirt does not report the length of a file for every format.
    static func listed(_ copies: [RecordedCopy], _ connection: Connection) async throws -> Set<VolumeName> {
        var found: Set<VolumeName> = []
        for (pool, held) in Dictionary(grouping: copies, by: \.volume.pool) {
            let names = try await names(in: pool, connection)
            found.formUnion(held.map(\.volume).filter { names.contains($0.name) })
        }
        return found
    }

    /// The names of a pool's volumes; empty if the pool is gone.
    private static func names(in pool: String, _ connection: Connection) async throws -> Set<String> {
        let pools = try await connection.storagePools().filter { $0.name == pool }
        guard let pool = pools.first else { return [] }
        // A pool cannot be refreshed during an upload; libvirt then lists the volumes that it knows.
        try? await pool.refresh()
        return Set(try await pool.volumes().map(\.name))
    }

    package nonisolated func sharedDisks(
        _ paths: [String], of host: Host, with other: Host
    ) async throws(Refusal) -> Set<String> {
        guard !paths.isEmpty, let mark = StorageMark(paths) else { return [] }
        // A disk that both hosts have would exist on the other host, and this check costs only one call.
        let there = try await ask(.look, mark, on: other)
        guard there.contains(where: { $0 != .absent }) else { return [] }
        do throws(Refusal) {
            let here = try await ask(.mark, mark, on: host)
            let found = try await ask(.look, mark, on: other)
            _ = try? await ask(.unmark, mark, on: host)
            return Set(paths.indices.filter { here[$0].isSame(as: found[$0]) }.map { paths[$0] })
        } catch {
            _ = try? await ask(.unmark, mark, on: host)
            throw error
        }
    }

    private nonisolated func ask(
        _ verb: StorageVerb, _ mark: StorageMark, on host: Host
    ) async throws(Refusal) -> [StorageAnswer] {
        do throws(Refusal) {
            return try await read(host) { [access] opened in
                // libvirt's test driver has no storage that another host could share.
                guard opened.facts.hypervisor != .test else { return mark.paths.map { _ in .absent } }
                guard let shell = opened.route.shell else {
                    throw Refusal(
                        .notOffered,
                        "host '\(host.name)' cannot report whether it shares disks with the other: no program can be run on it"
                    )
                }
                return try await shell.run(mark.call(verb), seconds: access.scriptSeconds)
            }
        } catch {
            throw error.at(host: host.name)
        }
    }
}

/// A mark that VMS creates beside the files of a machine.
private struct StorageMark: Sendable {
    let paths: [String]
    private let token = Int.random(in: 0...Int.max)

    init?(_ paths: [String]) {
        guard paths.allSatisfy({ $0.hasPrefix("/") }) else { return nil }
        self.paths = paths
    }

    func call(_ verb: StorageVerb) -> MarkStorage { MarkStorage(verb, token: token, paths) }
}
