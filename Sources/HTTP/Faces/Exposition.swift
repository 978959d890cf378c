/// Text in Prometheus' format 0.0.4. The samples of a metric stand together, behind its help.
struct Exposition {
    enum Kind: String { case counter, gauge }

    private struct Metric {
        var name: String
        var kind: Kind
        var help: String
        var samples = ""
    }

    private var metrics: [Metric] = []
    private var places: [String: Int] = [:]

    /// Adds a sample; none for an absent value.
    mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ labels: [(String, String)], _ value: Double?
    ) {
        guard let value else { return }
        let place = places[name] ?? metrics.count
        if place == metrics.count {
            places[name] = place
            metrics.append(Metric(name: name, kind: kind, help: help))
        }
        let words = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        let number = Int64(exactly: value).map { "\($0)" } ?? "\(value)"
        metrics[place].samples += "\(name)\(words.isEmpty ? "" : "{\(words)}") \(number)\n"
    }

    var text: String {
        metrics.map { metric in
            "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind.rawValue)\n\(metric.samples)"
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
