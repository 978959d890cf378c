/// Finds a host for each machine of a host that is to be emptied. Nothing is reserved: each migration is
/// planned anew when it starts.
package struct Evacuation {
    package struct Move: Sendable, Equatable {
        package var machine: Machine
        /// `nil` if no host has room, or the machine does not run.
        package var destination: String?
        /// The reason why the machine cannot be moved, if it does not run.
        package var code: Refusal.Code?
        /// The reason for the choice of the host, or for the lack of one.
        package var because: String
    }

    package var host: Host
    package var fleet: Fleet
    /// Surveys of all hosts that answer.
    package var surveys: [String: HostSurvey]

    /// The state of each machine as its host reports it; the state of a missing machine is unknown.
    package var states: [MachineID: ObservedMachine.State] = [:]

    package init(of host: Host, fleet: Fleet, surveys: [String: HostSurvey]) {
        self.host = host
        self.fleet = fleet
        self.surveys = surveys
    }

    /// The moves, the largest machine first, each to the host with most memory left at that point. Machines of
    /// one network are adjacent.
    package var moves: [Move] {
        var free = FreeMemory(surveys)
        let machines = fleet.machines(on: host.name).sorted { one, other in
            let (left, right) = (one.network ?? "", other.network ?? "")
            if left != right { return left < right }
            return one.memoryMiB == other.memoryMiB ? one.name < other.name : one.memoryMiB > other.memoryMiB
        }
        return machines.map { machine in
            if let state = states[machine.id], state != .running, state != .blocked {
                return Move(machine: machine, destination: nil, code: .machineNotRunning, because: state.reasonToStay)
            }
            let candidates = fleet.hosts.filter { isSuitable($0, for: machine) }
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

    private func isSuitable(_ other: Host, for machine: Machine) -> Bool {
        guard other.name != host.name, other.maintenance == nil, let there = surveys[other.name],
            let here = surveys[host.name], there.hypervisor == here.hypervisor
        else { return false }
        return machine.network == nil || there.missingPrograms?.isEmpty == true
    }
}
