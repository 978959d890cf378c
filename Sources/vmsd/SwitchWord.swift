internal import ArgumentParser

/// What stands behind an option that switches something on or off; nothing is on. Taken whatever it is, and judged later:
/// the argument parser takes what is no `Bool` for nothing, and that would be on.
struct SwitchWord: ExpressibleByArgument, CustomStringConvertible {
    static let on = SwitchWord(argument: "true")

    let description: String

    init(argument: String) { description = argument }

    /// - Throws: `ValidationError` for what is neither true nor false.
    func isOn(_ option: String) throws -> Bool {
        switch description.lowercased() {
        case "true": return true
        case "false": return false
        default: throw ValidationError("\(option) is '\(description)': must be true or false")
        }
    }
}
