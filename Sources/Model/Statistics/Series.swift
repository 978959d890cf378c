/// An object whose values are kept over time.
package enum SeriesObject: Sendable, Hashable {
    case host(String)
    case machine(MachineID)
    /// A router's network card on a link.
    case port(MachineID, MACAddress)
    /// All machines of a team together; `cpuUse` is the sum of theirs.
    case team(TeamID)

    /// A key that tells it from all others.
    package var key: String {
        switch self {
        case .host(let name): "host \(name)"
        case .machine(let id): "machine \(id.text)"
        case .port(let id, let mac): "port \(id.text) \(mac)"
        case .team(let id): "team \(id.text)"
        }
    }
}

extension SeriesObject {
    /// Whether its points are sums over a step, divided by the whole step, so that parts of a step are added up. Those of
    /// others are means over the time for which they are known.
    package var isSum: Bool { if case .team = self { true } else { false } }

    fileprivate func whole(_ step: SeriesStep) -> Int64? { isSum ? step.seconds : nil }
}

/// The values of an object that are kept.
package enum SeriesValue: Int, Sendable, CaseIterable {
    /// Use of all processors of a host, or of one processor by a machine: 1 is all of it.
    case cpuUse
    /// Bytes: of a host, the part that is not available to machines; of a machine, what its guest uses.
    case memoryUsed
    /// Bytes per second, of all network cards or disks together.
    case received, sent, read, written
    /// The part of a step for which a team's values are known, from 0 to 1.
    case covered
}

/// The values of an object at one time, or their means over a period. A value that is not reported is absent.
package struct SeriesValues: Sendable, Equatable {
    /// By the raw values of the names; NaN for absent ones.
    private var values: [Float]

    package init() { values = Array(repeating: .nan, count: SeriesValue.allCases.count) }

    package init(_ values: [SeriesValue: Double?]) {
        self.init()
        for (name, value) in values { self[name] = value }
    }

    package subscript(name: SeriesValue) -> Double? {
        get {
            guard values.indices.contains(name.rawValue), !values[name.rawValue].isNaN else { return nil }
            return Double(values[name.rawValue])
        }
        set {
            guard values.indices.contains(name.rawValue) else { return }
            values[name.rawValue] = newValue.map { Float($0) } ?? .nan
        }
    }

    /// The values as bytes, in little-endian order, without absent ones at the end.
    package var bytes: [UInt8] {
        let known = values.prefix((values.lastIndex { !$0.isNaN } ?? -1) + 1)
        return known.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } }
    }

    /// Reads values that ``bytes`` wrote, also of a version with fewer or more of them.
    package init(bytes: [UInt8]) {
        self.init()
        for name in SeriesValue.allCases {
            let place = name.rawValue * 4
            guard place + 4 <= bytes.count else { return }
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(truncatingIfNeeded: bytes[place + $1]) << ($1 * 8) }
            let value = Float(bitPattern: bits)
            // Damaged bits are no figures.
            if value.isFinite, value >= 0 { values[name.rawValue] = value }
        }
    }

    package var isEmpty: Bool { values.allSatisfy(\.isNaN) }

    /// Adds the values that the other one has, times a factor.
    package mutating func add(_ other: Self, times factor: Double = 1) {
        for name in SeriesValue.allCases {
            if let value = other[name] { self[name] = (self[name] ?? 0) + value * factor }
        }
    }

    /// Absent values are equal, unlike the NaN by which they are stored.
    package static func == (one: Self, other: Self) -> Bool {
        one.values.map(\.bitPattern) == other.values.map(\.bitPattern)
    }
}

/// The means of an object's values over one step.
package struct SeriesPoint: Sendable, Equatable {
    /// The step's begin, in seconds since 1970; a multiple of the step.
    package var start: Int64
    package var values: SeriesValues

    package init(start: Int64, values: SeriesValues) { (self.start, self.values) = (start, values) }
}

/// A step, and how many of them are kept.
package struct SeriesStep: Sendable, Hashable {
    /// Seconds.
    package var seconds: Int64
    package var count: Int64

    package init(seconds: Int64, count: Int64) { (self.seconds, self.count) = (max(1, seconds), max(1, count)) }

    package var span: Int64 { seconds.times(count) }

    /// The last hour, the last day at five minutes, the last 30 days at an hour.
    ///
    /// - Parameter finest: the step of the last hour, in seconds.
    package static func all(finest: Int64) -> [SeriesStep] {
        let coarse = [SeriesStep(seconds: 300, count: 288), SeriesStep(seconds: 3600, count: 720)]
        // Points are kept by their steps: there is one ring for each.
        guard finest < 300 else { return coarse }
        let seconds = max(finest, 1)
        return [SeriesStep(seconds: seconds, count: 3600 / seconds)] + coarse
    }

    /// The finest step that covers the time since `from`, and is at least `least` seconds.
    package static func covering(_ from: Int64, least: Int64, now: Int64, among steps: [SeriesStep]) -> SeriesStep? {
        let fitting = steps.filter { $0.seconds >= least }
        return fitting.first { $0.span >= now.minus(from) } ?? fitting.last ?? steps.last
    }
}

/// Means over steps that are not over yet.
package struct SeriesBuckets: Sendable {
    private struct Key: Hashable {
        var object: SeriesObject
        var step: SeriesStep
    }

    private struct Bucket {
        var start: Int64
        private var sums = SeriesValues()
        /// The seconds for which each value is known.
        private var weights: [SeriesValue: Double] = [:]

        init(start: Int64) { self.start = start }

        mutating func add(_ values: SeriesValues, seconds: Double) {
            sums.add(values, times: seconds)
            for name in SeriesValue.allCases where values[name] != nil { weights[name, default: 0] += seconds }
        }

        /// - Parameter whole: the seconds by which sums are divided; `nil` for those that are known.
        func point(over whole: Int64?) -> SeriesPoint {
            var means = SeriesValues()
            for (name, weight) in weights {
                means[name] = sums[name].map { $0 / (whole.map { Double($0) } ?? max(weight, .leastNormalMagnitude)) }
            }
            return SeriesPoint(start: start, values: means)
        }
    }

    /// A point whose step is over.
    package struct Closed: Sendable {
        package var object: SeriesObject
        package var step: SeriesStep
        package var point: SeriesPoint

        package init(object: SeriesObject, step: SeriesStep, point: SeriesPoint) {
            (self.object, self.step, self.point) = (object, step, point)
        }
    }

    private var buckets: [Key: Bucket] = [:]

    package init() {}

    /// Adds values.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - seconds: the time before it of which they are the means.
    /// - Returns: the points whose steps are over with it.
    package mutating func add(
        _ values: SeriesValues, of object: SeriesObject, at time: Int64, seconds: Double = 1, _ steps: [SeriesStep]
    ) -> [Closed] {
        guard !values.isEmpty else { return [] }
        var closed: [Closed] = []
        for step in steps {
            let (key, start) = (Key(object: object, step: step), time - time % step.seconds)
            if let bucket = buckets[key], bucket.start != start {
                closed.append(Closed(object: object, step: step, point: bucket.point(over: object.whole(step))))
                buckets[key] = nil
            }
            buckets[key, default: Bucket(start: start)].add(values, seconds: seconds)
        }
        return closed
    }

    /// The point of a step that is not over.
    package func open(of object: SeriesObject, _ step: SeriesStep) -> SeriesPoint? {
        buckets[Key(object: object, step: step)]?.point(over: object.whole(step))
    }

    package mutating func forget(_ isGone: (SeriesObject) -> Bool) {
        buckets = buckets.filter { !isGone($0.key.object) }
    }

    /// All points of steps that are not over; they begin anew.
    package mutating func closeAll() -> [Closed] {
        defer { buckets = [:] }
        return buckets.map { key, bucket in
            Closed(object: key.object, step: key.step, point: bucket.point(over: key.object.whole(key.step)))
        }
    }
}
