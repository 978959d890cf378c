package import Model

extension Machines {
    /// What became of one machine of a host that was to be emptied, or would.
    package struct Evacuated: Sendable {
        package var move: Evacuation.Move
        /// `nil` when it was not moved.
        package var moved: Moved?
        /// Why it was not moved.
        package var refusal: Refusal?
    }

    /// Moves every machine of a host to where it fits, one after the other; the host takes no new ones from then on. One that
    /// cannot be moved stays, and the others go all the same.
    ///
    /// - Parameter isDry: only tells what would be done.
    /// - Throws: `nodeNotRegistered`, `nodeUnreachable` when the host does not answer.
    package func evacuate(_ host: String, isLive: Bool, isDry: Bool) async throws(Refusal) -> [Evacuated] {
        var node = try await with.store.fleet().node(host)
        if !isDry { node = try await with.setMaintenance(true, of: node) }
        let fleet = try await with.store.fleet()
        var surveys: [String: HostSurvey] = [node.name: try await with.hypervisor.survey(node)]
        let tasks = fleet.nodes.filter { $0.name != node.name }.map { other in
            (other.name, Task { try? await with.hypervisor.survey(other) })
        }
        for (name, task) in tasks { surveys[name] = await task.value }
        var told: [Evacuated] = []
        for move in Evacuation(of: node, fleet: fleet, surveys: surveys).moves {
            told.append(isDry ? Evacuated(move: move) : await carryOut(move, from: node, isLive: isLive))
        }
        return told
    }

    private func carryOut(_ move: Evacuation.Move, from node: Node, isLive: Bool) async -> Evacuated {
        var told = Evacuated(move: move)
        do throws(Refusal) {
            guard let destination = move.destination else {
                throw Refusal(.notEnoughMemory, "machine '\(move.machine.name)' stays: \(move.because)")
            }
            told.moved = try await migrate(
                move.machine.name, from: node.name, to: destination, isLive: isLive, waits: true)
        } catch {
            told.refusal = error
        }
        return told
    }
}
