internal import ArgumentParser
internal import Configuration

/// What stands in the environment or the file and is nothing that a setting can be is refused; by itself the reader takes it
/// for a setting that is not there.
extension ConfigReader {
    /// The flag's value, or else the environment's or the file's.
    func text(_ key: ConfigKey, _ flag: String?) -> String? { flag ?? string(forKey: key) }

    /// - Parameter name: the flag's, without its dashes.
    /// - Throws: `ValidationError` with name and value.
    func wholeNumber(_ key: ConfigKey, _ name: String) throws -> Int? {
        try int(forKey: key) ?? nothing(key, name, "a whole number")
    }

    /// - Throws: `ValidationError` with name and value.
    func number(_ key: ConfigKey, _ name: String) throws -> Double? {
        try double(forKey: key) ?? int(forKey: key).map(Double.init) ?? nothing(key, name, "a number")
    }

    /// `false` where nothing is said.
    ///
    /// - Throws: `ValidationError` with name and value.
    func isOn(_ key: ConfigKey, _ name: String) throws -> Bool {
        try bool(forKey: key) ?? nothing(key, name, "true or false") ?? false
    }

    /// `nil` where really nothing stands there.
    private func nothing<Value>(_ key: ConfigKey, _ name: String, _ right: String) throws -> Value? {
        let told =
            string(forKey: key) ?? int(forKey: key).map { "\($0)" } ?? double(forKey: key).map { "\($0)" }
            ?? bool(forKey: key).map { "\($0)" }
        guard let told else { return nil }
        throw ValidationError("\(name) is '\(told)': must be \(right)")
    }
}
