internal import FoundationEssentials
package import Model

extension Machines {
    /// The desired state of a machine beside its observed state; at least one of the two is present.
    package struct Status: Sendable {
        package var host: Host
        package var asked: Machine?
        package var observed: ObservedMachine?
        /// Seconds since this server observed the machine's start; `nil` if it does not run or the start was not
        /// observed.
        package var uptime: Int64?
        /// Whether a running operation is creating the machine.
        package var isBeingCreated = false
    }

    /// - Throws: `machineNotFound` if neither the records nor the host have the machine.
    package func status(_ name: String, on host: String) async throws(Refusal) -> Status {
        let look = try await look(name, on: host)
        guard look.machine != nil || look.observed != nil else { throw look.notFound }
        let runs = look.observed?.state.isActive ?? false
        let uptime = look.machine?.startedAt.flatMap { Int64(nearest: with.now().timeIntervalSince($0)) }
        var status = Status(host: look.host, asked: look.machine, observed: look.observed, uptime: runs ? uptime : nil)
        if let machine = look.machine, look.observed == nil {
            status.isBeingCreated = try await with.unfinishedWork().making.contains(machine.id)
        }
        return status
    }

    package struct Scheduling: Sendable {
        package var reading: SchedulerReading
        package var rules: SchedulerRules
    }

    package func scheduler(of name: String, on host: String) async throws(Refusal) -> Scheduling {
        let look = try await look(name, on: host)
        guard let observed = look.observed else { throw look.notFound }
        let reading = try await located(look.host, name) { () async throws(Refusal) in
            try await with.hypervisor.scheduler(of: observed.name, on: look.host)
        }
        return Scheduling(reading: reading, rules: SchedulerRules(reading: reading, vcpus: observed.maxVcpus))
    }
}
