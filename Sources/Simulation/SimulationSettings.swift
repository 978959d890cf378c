package import Model

/// The extent of a simulation, as given by `vmsd serve --simulate`: `hosts=3,machines=3,networks=2,seed=1,speed=1`.
package struct SimulationSettings: Sendable, Equatable {
    package var hosts = 3
    /// The number of machines on all hosts, not counting routers.
    package var machines = 3
    package var networks = 2
    /// The seed of all random choices.
    package var seed: Int64 = 1
    package var speed = SimulationSpeed.times(1)

    package init() {}

    /// - Throws: `invalidValue` of the field `simulate`.
    package init(_ text: String) throws(Refusal) {
        var given: Set<Substring> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, Self.names.contains(String(pair[0])) else {
                throw Self.refused(
                    text, "'\(part)' must be NAME=VALUE with one of \(Self.names.joined(separator: ", "))")
            }
            guard given.insert(pair[0]).inserted else { throw Self.refused(text, "\(pair[0]) is given twice") }
            try set(pair[0], pair[1], text)
        }
    }

    private static let names = ["hosts", "machines", "networks", "seed", "speed"]

    private mutating func set(_ name: Substring, _ value: Substring, _ text: String) throws(Refusal) {
        func number(_ range: ClosedRange<Int>) throws(Refusal) -> Int {
            if let number = Int(told: value, in: range) { return number }
            throw Self.refused(
                text, "\(name) is '\(value)': must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        switch name {
        case "hosts": hosts = try number(1...10_000)
        case "machines": machines = try number(0...1_000_000)
        case "networks": networks = try number(0...10_000)
        case "seed": seed = Int64(clamping: try number(0...Int.max))
        default: speed = try SimulationSpeed(String(value))
        }
    }

    private static func refused(_ text: String, _ why: String) -> Refusal {
        Refusal(
            .invalidValue, .field("simulate"),
            "simulate is '\(text.shown)': \(why.shown); such as hosts=3,machines=3,networks=2,seed=1,speed=10",
            value: text.shown)
    }
}

/// How fast time passes on simulated hosts.
package enum SimulationSpeed: Sendable, Equatable, CustomStringConvertible {
    /// The speed relative to real hosts: 2 halves all durations.
    case times(Double)
    /// Steps take no time.
    case most

    /// - Throws: `invalidValue` of the field `speed`.
    package init(_ text: String) throws(Refusal) {
        if text == "max" {
            self = .most
        } else if let times = Double(told: text, in: 0.01...10_000) {
            self = .times(times)
        } else {
            throw Refusal(
                .invalidValue, .field("speed"),
                "speed is '\(text.shown)': must be from 0.01 to 10000 times as fast as real hosts, or max",
                value: text.shown)
        }
    }

    package var description: String {
        switch self {
        case .most: "max"
        case .times(let times):
            // fits: at most 10000
            times == times.rounded() ? String(Int(times)) : String(times)
        }
    }
}
