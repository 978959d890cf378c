/// Finds the names that a mistyped one may mean.
enum Nearest {
    /// Returns at most three names, the nearest first: names that contain the typed name as one of their words, such as
    /// `--vm-ip` for `--ip`; if there are none, names a few keystrokes away, or names that contain the typed name.
    static func names(to typed: String, among names: [String]) -> [String] {
        let wanted = Array(typed.lowercased().unicodeScalars)
        let bare = String(typed.lowercased().drop { $0 == "-" })
        let scored = names.compactMap { name -> (name: String, distance: Int)? in
            let lower = name.lowercased()
            let distance = steps(from: wanted, to: Array(lower.unicodeScalars))
            let isPart = bare.count >= 3 && lower.contains(bare)
            return distance <= max(2, wanted.count / 3) || isPart || words(of: name).contains(bare)
                ? (name, distance) : nil
        }
        let holding = scored.filter { $0.distance > 1 && words(of: $0.name).contains(bare) }
        let isTypo = scored.contains { $0.distance <= 1 }
        return (holding.isEmpty || isTypo ? scored : holding).sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
    }

    /// `vmIP` and `--vm-ip` are `vm` and `ip`.
    private static func words(of name: String) -> [String] {
        var words: [String] = [""]
        var wasSmall = false
        for letter in name {
            if !letter.isLetter && !letter.isNumber || wasSmall && letter.isUppercase { words.append("") }
            if letter.isLetter || letter.isNumber { words[words.count - 1] += letter.lowercased() }
            wasSmall = letter.isLowercase
        }
        return words.filter { !$0.isEmpty }
    }

    /// Returns a half sentence to follow "there is no …".
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
