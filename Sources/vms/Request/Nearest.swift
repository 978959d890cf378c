/// Finds the names a mistyped one may have meant.
enum Nearest {
    /// At most three names, the nearest first: those a few keystrokes away or that hold what was typed.
    static func names(to typed: String, among names: [String]) -> [String] {
        let wanted = Array(typed.lowercased().unicodeScalars)
        let scored = names.compactMap { name -> (name: String, distance: Int)? in
            let lower = name.lowercased()
            let distance = steps(from: wanted, to: Array(lower.unicodeScalars))
            let isPart = wanted.count >= 3 && lower.contains(typed.lowercased())
            return distance <= max(2, wanted.count / 3) || isPart ? (name, distance) : nil
        }
        return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// A half sentence to put behind "there is no …".
    static func suggestion(for typed: String, among names: [String], otherwise: String) -> String {
        let near = self.names(to: typed, among: names)
        return near.isEmpty ? otherwise : "did you mean \(near.joined(separator: ", "))?"
    }

    /// Levenshtein's distance.
    static func steps(from one: [UnicodeScalar], to other: [UnicodeScalar]) -> Int {
        var row = Array(0...other.count)
        for (index, scalar) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, candidate) in other.enumerated() {
                let kept = diagonal + (scalar == candidate ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(kept, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
