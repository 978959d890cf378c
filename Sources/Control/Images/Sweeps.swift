internal import Logging
package import Model
internal import Workers

/// The verb that takes unused copies of images from hosts.
package struct Sweeps: Sendable {
    private let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// What became of one copy.
    package struct Line: Sendable {
        package var host: String
        package var copy: CopyVerdict
        /// The image it is a file of; `nil` where no image is known that has it.
        package var image: Image?
    }

    package struct Report: Sendable {
        package var lines: [Line] = []
        /// Those that were begun, in the order of their hosts.
        package var operations: [OperationID] = []
        /// Hosts that did not answer.
        package var unreachable: [String] = []

        /// What left, or would leave, in bytes.
        package var freed: Int64 { lines.filter(\.copy.leaves).reduce(0) { $0.plus($1.copy.bytes) } }
    }

    /// When copies leave by themselves, as the server is set.
    package var policy: ImageSweep.Policy { with.sweepPolicy }

    /// Sweeps one host or all, side by side.
    ///
    /// - Parameters:
    ///   - days: how long a copy must have been unused; as the server is set without it.
    ///   - isDry: only tell what would leave.
    /// - Throws: `hostNotRegistered`; of one host what went wrong there, such as `hostUnreachable`, or `machineBusy` while
    ///   it is swept already.
    package func sweep(
        _ only: String?, unusedDays days: Int? = nil, isDry: Bool = false
    ) async throws(Refusal) -> Report {
        let fleet = try await with.store.fleet()
        let hosts =
            try only.map { host throws(Refusal) in [try fleet.host(host)] }
            ?? fleet.hosts.sorted { $0.name < $1.name }
        var policy = with.sweepPolicy
        if let days { policy.unusedDays = days }
        let parts = await outcomes(over: hosts) { [policy] (host) async throws(Refusal) in
            try await sweep(host, policy, isDry)
        }
        var report = Report()
        for (host, part) in zip(hosts, parts) {
            switch part {
            case .success(let part):
                report.lines += part.lines
                report.operations += part.operations
            case .failure(let refusal) where only != nil: throw refusal.at(host: host.name)
            case .failure(let refusal):
                with.log.warning("host was not swept: \(refusal.reason)", metadata: ["host": "\(host.name)"])
                report.unreachable.append(host.name)
            }
        }
        return report
    }

    private func sweep(
        _ host: Host, _ policy: ImageSweep.Policy, _ isDry: Bool
    ) async throws(Refusal) -> Report {
        let pools = try await with.hypervisor.survey(host).pools
        let sweep = try await with.imageSweep(of: host, pools: pools)
        var verdicts = sweep.verdicts(policy)
        var report = Report()
        if !isDry, let plan = sweep.plan(verdicts) {
            let operation = OperationID(with.newID())
            try await with.operations.begin(plan, as: operation)
            report.operations = [operation]
            let outcome = try await with.operations.outcome(of: operation)
            for index in verdicts.indices { verdicts[index].take(outcome) }
        }
        report.lines = verdicts.map { verdict in
            Line(
                host: host.name, copy: verdict,
                image: sweep.images.first { $0.files.contains { $0.digest == verdict.digest } })
        }
        guard !report.operations.isEmpty else { return report }
        with.log.notice(
            "unused copies of images were swept: \(report.freed >> 20) MiB", metadata: ["host": "\(host.name)"])
        return report
    }
}

extension CopyVerdict {
    /// What was decided, corrected by what was done.
    fileprivate mutating func take(_ outcome: OperationOutcome) {
        guard leaves else { return }
        if let why = outcome.kept[volume] {
            (leaves, self.why) = (false, why)
        } else if outcome.swept[volume] == nil {
            (leaves, self.why) = (false, "it could not be removed; the next sweep tries again")
        }
    }
}
