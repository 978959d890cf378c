import Testing

@testable import HTTP

/// The metrics as Prometheus reads them.
struct ServiceMeterTests {
    @Test("A bucket counts all calls up to its bound, and the last one counts all calls")
    func histogram() {
        let meter = ServiceMeter()
        for took in [Duration.microseconds(500), .milliseconds(1), .milliseconds(700), .seconds(400)] {
            meter.count(service: "s", face: .soap, outcome: "SUCCESS", took: took)
        }
        let labels = "service=\"s\",face=\"soap\",outcome=\"SUCCESS\""
        let ends = ["0.001", "0.01", "0.1", "0.5", "1.0", "5.0", "10.0", "30.0", "60.0", "300.0", "+Inf"]
        let counts = [2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4]
        let buckets = zip(ends, counts).map { "vms_call_seconds_bucket{\(labels),le=\"\($0)\"} \($1)\n" }
        #expect(
            meter.exposition == """
                # HELP vms_calls_total Calls of services.
                # TYPE vms_calls_total counter
                vms_calls_total{\(labels)} 4
                # HELP vms_call_seconds Time spent in calls of services, in seconds.
                # TYPE vms_call_seconds histogram
                \(buckets.joined())vms_call_seconds_sum{\(labels)} 400.7015
                vms_call_seconds_count{\(labels)} 4

                """)
    }
}
