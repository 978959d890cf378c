internal import Logging
internal import Model
internal import Workers

extension ControlContext {
    /// Hosts side by side.
    ///
    /// - Throws: what one of them says that does not answer.
    func surveys(of hosts: [Host]) async throws(Refusal) -> [String: HostSurvey] {
        var surveys: [String: HostSurvey] = [:]
        for (host, answer) in await answers(of: hosts) { surveys[host.name] = try answer.get() }
        return surveys
    }

    /// What each host says, in their order.
    func answers(of hosts: [Host]) async -> [(Host, Result<HostSurvey, Refusal>)] {
        let fleet = Task { try? await store.fleet() }
        let answers = await outcomes(over: hosts) { (host) async throws(Refusal) in
            try await survey(host, beside: fleet)
        }
        return Array(zip(hosts, answers))
    }

    /// What a host has for new machines: what others on it were promised is accounted for.
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

    /// The fleet as plans may count on it: copies of images that are gone from their host's disk, or cut short, are left out,
    /// and so sent again. The store's word for them is taken away, so that nobody else counts on them either. A host that
    /// cannot be asked is believed.
    func looked(_ fleet: Fleet, _ surveys: [String: HostSurvey], images: [Image]) async -> Fleet {
        var fleet = fleet
        let asked = fleet.hosts.compactMap { host -> (host: Host, copies: [HeldCopy])? in
            guard let survey = surveys[host.name], survey.storesVolumes,
                !fleet.images(on: host.name).isEmpty
            else { return nil }
            return (host, fleet.heldCopies(on: host.name, survey, images: images))
        }
        let answers = await outcomes(over: asked) { (host, copies) async throws(Refusal) in
            try await hypervisor.found(copies, on: host)
        }
        for ((host, _), answer) in zip(asked, answers) {
            guard case .success(let found) = answer else { continue }
            let missing = fleet.believe(found, on: host.name)
            guard !missing.isEmpty else { continue }
            let names = missing.map(\.volume.name).joined(separator: " ")
            log.warning(
                "copies of images are gone from a host's disk, or cut short",
                metadata: ["host": "\(host.name)", "volumes": "\(names)"])
            try? await store.apply(missing.map { .imageLeftHost(host: host.name, $0.digest) })
        }
        return fleet
    }
}
