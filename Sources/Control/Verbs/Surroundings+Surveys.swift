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
        let tasks = nodes.map { node in (node, Task { await survey(node) }) }
        var answers: [(Node, Result<HostSurvey, Refusal>)] = []
        for (node, task) in tasks { answers.append((node, await task.value)) }
        return answers
    }

    private func survey(_ node: Node) async -> Result<HostSurvey, Refusal> {
        do throws(Refusal) {
            return .success(try await hypervisor.survey(node))
        } catch {
            return .failure(error.at(node: node.name))
        }
    }
}
