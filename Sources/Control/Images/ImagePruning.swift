internal import Logging
package import Model
internal import Workers

/// The service call that removes unused copies of images from hosts.
package struct ImagePruning: Sendable {
    private let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// The result of a sweep for one copy.
    package struct Line: Sendable {
        package var host: String
        package var copy: CopyVerdict
        /// The image that the copy is a file of; `nil` if no known image has it.
        package var image: Image?
    }

    package struct Report: Sendable {
        package var lines: [Line] = []
        /// The operations that were begun, in the order of their hosts.
        package var operations: [OperationID] = []
        /// Hosts that did not answer.
        package var unreachable: [String] = []

        /// The bytes that the sweep freed, or would free.
        package var freed: Int64 { lines.filter(\.copy.leaves).reduce(0) { $0.plus($1.copy.bytes) } }
    }

    /// The server's setting of when copies are removed automatically.
    package var policy: PrunePlan.Policy { with.prunePolicy }

    /// Prunes one host, or all hosts in parallel.
    ///
    /// - Parameters:
    ///   - days: for how many days a copy must have been unused; `nil` takes the server's setting.
    ///   - isDry: only report which copies would be removed.
    /// - Throws: `hostNotRegistered`; for a single host its errors, such as `hostUnreachable`, or `machineBusy` while
    ///   another sweep of it runs.
    package func prune(
        _ only: String?, unusedDays days: Int? = nil, isDry: Bool = false
    ) async throws(Refusal) -> Report {
        let fleet = try await with.store.fleet()
        let hosts =
            try only.map { host throws(Refusal) in [try fleet.host(host)] }
            ?? fleet.hosts.sorted { $0.name < $1.name }
        var policy = with.prunePolicy
        if let days { policy.unusedDays = days }
        let parts = await outcomes(over: hosts) { [policy] (host) async throws(Refusal) in
            try await prune(host, policy, isDry)
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

    private func prune(
        _ host: Host, _ policy: PrunePlan.Policy, _ isDry: Bool
    ) async throws(Refusal) -> Report {
        let pools = try await with.hypervisor.survey(host).pools
        let prunePlan = try await with.prunePlan(of: host, pools: pools)
        var verdicts = prunePlan.verdicts(policy)
        var report = Report()
        if !isDry, let plan = prunePlan.plan(verdicts) {
            let operation = OperationID(with.newID())
            try await with.operations.begin(plan, as: operation)
            report.operations = [operation]
            let outcome = try await with.operations.outcome(of: operation)
            for index in verdicts.indices { verdicts[index].take(outcome) }
        }
        report.lines = verdicts.map { verdict in
            Line(
                host: host.name, copy: verdict,
                image: prunePlan.images.first { $0.files.contains { $0.digest == verdict.digest } })
        }
        guard !report.operations.isEmpty else { return report }
        with.log.notice(
            "unused copies of images were swept: \(report.freed >> 20) MiB", metadata: ["host": "\(host.name)"])
        return report
    }
}

extension CopyVerdict {
    /// Corrects the decision by the actual result.
    fileprivate mutating func take(_ outcome: OperationOutcome) {
        guard leaves else { return }
        if let why = outcome.kept[volume] {
            (leaves, self.why) = (false, why)
        } else if outcome.pruned[volume] == nil {
            (leaves, self.why) = (false, "it could not be removed; the next sweep tries again")
        }
    }
}
