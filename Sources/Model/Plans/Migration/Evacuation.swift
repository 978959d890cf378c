/// Finds a host for each machine of one that is to be emptied. Nothing is reserved: each is planned anew when its turn comes.
package struct Evacuation {
    package struct Move: Sendable, Equatable {
        package var machine: Machine
        /// `nil`: no host has room, or it does not run.
        package var destination: String?
        /// Why it cannot be moved, where it does not run.
        package var code: Refusal.Code?
        /// Why that host, or why none.
        package var because: String
    }

    package var host: Host
    package var fleet: Fleet
    /// Of every host that answers.
    package var surveys: [String: HostSurvey]

    /// What its host says of each machine; of one that is not named nothing is known.
    package var states: [MachineID: ObservedMachine.State] = [:]

    package init(of host: Host, fleet: Fleet, surveys: [String: HostSurvey]) {
        self.host = host
        self.fleet = fleet
        self.surveys = surveys
    }

    /// The largest first, each to the host with most memory left then; machines of one network after one another.
    package var moves: [Move] {
        var free = FreeMemory(surveys)
        let machines = fleet.machines(on: host.name).sorted { one, other in
            let (left, right) = (one.network ?? "", other.network ?? "")
            if left != right { return left < right }
            return one.memoryMiB == other.memoryMiB ? one.name < other.name : one.memoryMiB > other.memoryMiB
        }
        return machines.map { machine in
            if let state = states[machine.id], state != .running, state != .blocked {
                return Move(machine: machine, destination: nil, code: .machineNotRunning, because: state.whyItStays)
            }
            let candidates = fleet.hosts.filter { isFit($0, for: machine) }
            guard let best = free.take(machine.memoryMiB, fromBestOf: candidates) else {
                let each = free.words(candidates)
                return Move(
                    machine: machine, destination: nil,
                    because: "it needs \(machine.memoryMiB) MiB and no host has that: "
                        + (each.isEmpty ? "none is up that could carry it" : each))
            }
            return Move(machine: machine, destination: best.host.name, because: best.because)
        }
    }

    private func isFit(_ other: Host, for machine: Machine) -> Bool {
        guard other.name != host.name, other.maintenance == nil, let there = surveys[other.name],
            let here = surveys[host.name], there.hypervisor == here.hypervisor
        else { return false }
        return machine.network == nil || there.lackedForSegments?.isEmpty == true
    }
}
