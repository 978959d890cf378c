internal import Logging
internal import Model

extension Surroundings {
    /// Hosts side by side.
    ///
    /// - Throws: what one of them says that does not answer.
    func surveys(of nodes: [Node]) async throws(Refusal) -> [String: HostSurvey] {
        var surveys: [String: HostSurvey] = [:]
        for (node, answer) in await answers(of: nodes) { surveys[node.name] = try answer.get() }
        return surveys
    }

    /// What each host says, in their order.
    func answers(of nodes: [Node]) async -> [(Node, Result<HostSurvey, Refusal>)] {
        let fleet = Task { try? await store.fleet() }
        let tasks = nodes.map { node in (node, Task { await survey(node, beside: fleet) }) }
        var answers: [(Node, Result<HostSurvey, Refusal>)] = []
        for (node, task) in tasks { answers.append((node, await task.value)) }
        return answers
    }

    /// What a host has for new machines: what others on it were promised is accounted for.
    func survey(of node: Node, in fleet: Fleet) async throws(Refusal) -> HostSurvey {
        var survey = try await hypervisor.survey(node)
        survey.promised = survey.promised(to: fleet.machines(on: node.name))
        return survey
    }

    private func survey(_ node: Node, beside fleet: Task<Fleet?, Never>) async -> Result<HostSurvey, Refusal> {
        do throws(Refusal) {
            guard let fleet = await fleet.value else { return .success(try await hypervisor.survey(node)) }
            return .success(try await survey(of: node, in: fleet))
        } catch {
            return .failure(error.at(node: node.name))
        }
    }

    /// The fleet as plans may count on it: copies of images that are gone from their host's disk, or cut short, are left out,
    /// and so sent again. The store's word for them is taken away, so that nobody else counts on them either. A host that
    /// cannot be asked is believed.
    func looked(_ fleet: Fleet, _ surveys: [String: HostSurvey], images: [Image]) async -> Fleet {
        var fleet = fleet
        let asked = fleet.nodes.compactMap { node -> (Node, Task<Set<VolumeName>?, Never>)? in
            guard let survey = surveys[node.name], survey.storesVolumes,
                !fleet.images(on: node.name).isEmpty
            else { return nil }
            let copies = fleet.heldCopies(on: node.name, survey, images: images)
            return (node, Task { try? await hypervisor.found(copies, on: node) })
        }
        for (node, task) in asked {
            guard let found = await task.value else { continue }
            let missing = fleet.believe(found, on: node.name)
            guard !missing.isEmpty else { continue }
            let names = missing.map(\.volume.name).joined(separator: " ")
            log.warning(
                "copies of images are gone from a host's disk, or cut short",
                metadata: ["node": "\(node.name)", "volumes": "\(names)"])
            try? await store.apply(missing.map { .imageLeftNode(node: node.name, $0.digest) })
        }
        return fleet
    }
}
