internal import Synchronization

/// Counts calls for `/metrics`, in Prometheus' text format.
///
/// Labels take only values of our own (services, faces, fault codes), so their number is bounded.
package final class ServiceMeter: Sendable {
    package enum Face: String, Sendable { case soap, json }

    private struct Key: Hashable {
        var service: String
        var face: Face
        var outcome: String
    }

    private struct Sum {
        var calls = 0
        var seconds = 0.0
    }

    private let sums = Mutex<[Key: Sum]>([:])

    package init() {}

    func count(service: String, face: Face, outcome: String, took: Duration) {
        let parts = took.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        sums.withLock { sums in
            sums[Key(service: service, face: face, outcome: outcome), default: Sum()].calls += 1
            sums[Key(service: service, face: face, outcome: outcome), default: Sum()].seconds += seconds
        }
    }

    var exposition: String {
        let lines = sums.withLock { sums in
            sums.map { key, sum in
                let labels = "{service=\"\(key.service)\",face=\"\(key.face.rawValue)\",outcome=\"\(key.outcome)\"}"
                return (
                    calls: "vms_calls_total\(labels) \(sum.calls)",
                    seconds: "vms_call_seconds_total\(labels) \(sum.seconds)"
                )
            }
        }
        return """
            # HELP vms_calls_total Calls of services.
            # TYPE vms_calls_total counter
            \(lines.map(\.calls).sorted().joined(separator: "\n"))
            # HELP vms_call_seconds_total Time spent in calls, in seconds.
            # TYPE vms_call_seconds_total counter
            \(lines.map(\.seconds).sorted().joined(separator: "\n"))

            """
    }
}
