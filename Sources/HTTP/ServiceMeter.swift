internal import Synchronization

/// Counts calls for `/metrics`, in Prometheus' text format.
///
/// Labels have only values that the server defines (services, faces, fault codes), so their number is bounded.
package final class ServiceMeter: Sendable {
    package enum Face: String, Sendable { case soap, json }

    private struct Key: Hashable, Comparable {
        var service: String
        var face: Face
        var outcome: String

        static func < (one: Key, other: Key) -> Bool {
            (one.service, one.face.rawValue, one.outcome) < (other.service, other.face.rawValue, other.outcome)
        }

        var labels: String { "service=\"\(service)\",face=\"\(face.rawValue)\",outcome=\"\(outcome)\"" }
    }

    private struct Sum {
        var calls = 0
        var seconds = 0.0
        /// Number of calls in each bucket of ``ServiceMeter/bounds``; each call is counted once.
        var buckets = [Int](repeating: 0, count: ServiceMeter.bounds.count)

        mutating func add(_ seconds: Double, _ bucket: Int?) {
            calls += 1
            self.seconds += seconds
            if let bucket { buckets[bucket] += 1 }
        }
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Upper bounds of the histogram's buckets in seconds: from a query answered from memory to the transfer of an
    /// image.
    private static let bounds = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300]

    private let sums = Mutex<[Key: Sum]>([:])

    package init() {}

    func count(service: String, face: Face, outcome: String, took: Duration) {
        let parts = took.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        let bucket = Self.bounds.firstIndex { seconds <= $0 }
        let key = Key(service: service, face: face, outcome: outcome)
        sums.withLock { $0[key, default: Sum()].add(seconds, bucket) }
    }

    /// All figures, sorted, so that two readings can be compared line by line.
    var exposition: String {
        let sums = sums.withLock { $0 }.sorted { $0.key < $1.key }
        var text = """
            # HELP vms_calls_total Calls of services.
            # TYPE vms_calls_total counter

            """
        for (key, sum) in sums { text += "vms_calls_total{\(key.labels)} \(sum.calls)\n" }
        text += """
            # HELP vms_call_seconds Time spent in calls of services, in seconds.
            # TYPE vms_call_seconds histogram

            """
        for (key, sum) in sums {
            var below = 0
            for (bound, count) in zip(Self.bounds, sum.buckets) {
                below += count
                text += "vms_call_seconds_bucket{\(key.labels),le=\"\(bound)\"} \(below)\n"
            }
            text += "vms_call_seconds_bucket{\(key.labels),le=\"+Inf\"} \(sum.calls)\n"
            text += "vms_call_seconds_sum{\(key.labels)} \(sum.seconds)\n"
            text += "vms_call_seconds_count{\(key.labels)} \(sum.calls)\n"
        }
        return text
    }
}
