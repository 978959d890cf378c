internal import FoundationEssentials
internal import Model

/// A queueing discipline of our hook's, as `tc -j` tells it.
struct ShapingQdisc {
    let device: String
    let shape: LinkShape

    init?(json: String) {
        guard let told = try? JSONDecoder().decode(Told.self, from: Data(json.utf8)) else { return nil }
        device = told.dev
        let options = told.options
        // Longer, and more of them lost, than anybody asks for; what is none of these figures is none of ours.
        guard (0...1e6).contains(options?.delay?.delay ?? 0), (0...1).contains(options?.loss?.loss ?? 0) else {
            return nil
        }
        shape = LinkShape(
            bandwidthKbit: options?.rate.flatMap { $0.bytes > 0 ? $0.bytes / 125 : nil },
            delayMicroseconds: options?.delay.flatMap { Int64(nearest: $0.delay * 1_000_000) },
            lossPercent: options?.loss.map { $0.loss * 100 })
    }

    private struct Told: Decodable {
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

    /// In seconds.
    private struct Delay: Decodable { var delay: Double }

    /// Of one frame.
    private struct Loss: Decodable { var loss: Double }

    /// In bytes a second: a number of `tbf`'s, within an object of `netem`'s.
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
