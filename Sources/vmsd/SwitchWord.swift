internal import ArgumentParser

/// The value of an option that switches something on or off; without a value the option is on. Any text is accepted
/// here and checked later: the argument parser treats text that is no `Bool` as no value, which would mean on.
struct SwitchWord: ExpressibleByArgument, CustomStringConvertible {
    static let on = SwitchWord(argument: "true")

    let description: String

    init(argument: String) { description = argument }

    /// - Throws: `ValidationError` if the value is neither true nor false.
    func isOn(_ option: String) throws -> Bool {
        switch description.lowercased() {
        case "true": return true
        case "false": return false
        default: throw ValidationError("\(option) is '\(description)': must be true or false")
        }
    }
}
