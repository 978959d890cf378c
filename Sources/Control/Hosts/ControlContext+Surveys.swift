internal import Logging
internal import Model
internal import Workers

extension ControlContext {
    /// Surveys hosts in parallel.
    ///
    /// - Throws: the error of the first host, in their order, that could not be surveyed.
    func surveys(of hosts: [Host]) async throws(Refusal) -> [String: HostSurvey] {
        var surveys: [String: HostSurvey] = [:]
        for (host, answer) in await answers(of: hosts) { surveys[host.name] = try answer.get() }
        return surveys
    }

    /// The survey or the error of each host, in the order of `hosts`; contacts them in parallel.
    func answers(of hosts: [Host]) async -> [(Host, Result<HostSurvey, Refusal>)] {
        let fleet = Task { try? await store.fleet() }
        let answers = await outcomes(over: hosts) { (host) async throws(Refusal) in
            try await survey(host, beside: fleet)
        }
        return Array(zip(hosts, answers))
    }

    /// The resources of a host that are left for new machines: memory promised to machines of ours is subtracted.
    func survey(of host: Host, in fleet: Fleet) async throws(Refusal) -> HostSurvey {
        var survey = try await hypervisor.survey(host)
        survey.promised = survey.promised(to: fleet.machines(on: host.name))
        return survey
    }

    private func survey(_ host: Host, beside fleet: Task<Fleet?, Never>) async throws(Refusal) -> HostSurvey {
        do throws(Refusal) {
            guard let fleet = await fleet.value else { return try await hypervisor.survey(host) }
            return try await survey(of: host, in: fleet)
        } catch {
            throw error.at(host: host.name)
        }
    }

    /// The fleet without copies of images that are gone from their host's disk or are truncated, so that plans send
    /// these again. Their records are deleted, so that no other plan relies on them either. If a host does not answer,
    /// its records are trusted.
    func withoutMissingCopies(_ fleet: Fleet, _ surveys: [String: HostSurvey], images: [Image]) async -> Fleet {
        var fleet = fleet
        let checks = fleet.hosts.compactMap { host -> (host: Host, copies: [RecordedCopy])? in
            guard let survey = surveys[host.name], survey.storesVolumes,
                !fleet.images(on: host.name).isEmpty
            else { return nil }
            return (host, fleet.recordedCopies(on: host.name, survey, images: images))
        }
        let answers = await outcomes(over: checks) { (host, copies) async throws(Refusal) in
            try await hypervisor.found(copies, on: host)
        }
        for ((host, _), answer) in zip(checks, answers) {
            guard case .success(let found) = answer else { continue }
            let missing = fleet.believe(found, on: host.name)
            guard !missing.isEmpty else { continue }
            let names = missing.map(\.volume.name).joined(separator: " ")
            log.warning(
                "copies of images are missing or truncated on a host's disk",
                metadata: ["host": "\(host.name)", "volumes": "\(names)"])
            try? await store.apply(missing.map { .imageLeftHost(host: host.name, $0.digest) })
        }
        return fleet
    }
}
