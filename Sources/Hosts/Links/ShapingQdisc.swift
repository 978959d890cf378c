internal import FoundationEssentials
internal import Model

/// A queueing discipline that our hook created, as `tc -j` prints it.
struct ShapingQdisc {
    let device: String
    let shape: LinkShape
    /// Whether no frame passes.
    let takesNothing: Bool

    init?(json: String) {
        guard let qdisc = try? JSONDecoder().decode(Qdisc.self, from: Data(json.utf8)) else { return nil }
        device = qdisc.dev
        takesNothing = qdisc.kind == "pfifo"
        let options = qdisc.options
        // Larger figures than any request has cannot come from our hook.
        guard (0...1e6).contains(options?.delay?.delay ?? 0), (0...1).contains(options?.loss?.loss ?? 0) else {
            return nil
        }
        shape = LinkShape(
            bandwidthKbit: options?.rate.flatMap { $0.bytes > 0 ? $0.bytes / 125 : nil },
            delayMicroseconds: options?.delay.flatMap { Int64(nearest: $0.delay * 1_000_000) },
            lossPercent: options?.loss.map { $0.loss * 100 })
    }

    private struct Qdisc: Decodable {
        var kind: String?
        var dev: String
        var options: Options?
    }

    private struct Options: Decodable {
        enum CodingKeys: String, CodingKey {
            case rate, delay
            case loss = "loss-random"
        }

        var rate: Rate?
        var delay: Delay?
        var loss: Loss?
    }

    /// The delay in seconds.
    private struct Delay: Decodable { var delay: Double }

    /// The loss as a fraction from 0 to 1.
    private struct Loss: Decodable { var loss: Double }

    /// The rate in bytes per second: a number from `tbf`, and an object with a number from `netem`.
    private struct Rate: Decodable {
        private enum CodingKeys: String, CodingKey { case rate }

        var bytes: Int64

        init(from decoder: any Decoder) throws {
            if let number = try? decoder.singleValueContainer().decode(Int64.self) {
                bytes = number
            } else {
                bytes = try decoder.container(keyedBy: CodingKeys.self).decode(Int64.self, forKey: .rate)
            }
        }
    }
}
