internal import ArgumentParser
internal import Configuration

/// Refuses values in the environment or the file that have the wrong type; the reader alone treats such a setting as
/// absent.
extension ConfigReader {
    /// The flag's value, or else the value from the environment or the file.
    func text(_ key: ConfigKey, _ flag: String?) -> String? { flag ?? string(forKey: key) }

    /// A whole number from the environment or the file.
    ///
    /// - Parameter name: the flag's name, without its dashes.
    /// - Throws: `ValidationError` with name and value.
    func wholeNumber(_ key: ConfigKey, _ name: String) throws -> Int? {
        try int(forKey: key) ?? absent(key, name, "a whole number")
    }

    /// A number from the environment or the file.
    ///
    /// - Throws: `ValidationError` with name and value.
    func number(_ key: ConfigKey, _ name: String) throws -> Double? {
        try double(forKey: key) ?? int(forKey: key).map(Double.init) ?? absent(key, name, "a number")
    }

    /// A switch from the environment or the file; `false` if it is not set.
    ///
    /// - Throws: `ValidationError` with name and value.
    func isOn(_ key: ConfigKey, _ name: String) throws -> Bool {
        try bool(forKey: key) ?? absent(key, name, "true or false") ?? false
    }

    /// - Returns: `nil` if the setting is absent.
    /// - Throws: `ValidationError` if it has a value, which is then of another type.
    private func absent<Value>(_ key: ConfigKey, _ name: String, _ expected: String) throws -> Value? {
        let found =
            string(forKey: key) ?? int(forKey: key).map { "\($0)" } ?? double(forKey: key).map { "\($0)" }
            ?? bool(forKey: key).map { "\($0)" }
        guard let found else { return nil }
        throw ValidationError("\(name) is '\(found)': must be \(expected)")
    }
}
