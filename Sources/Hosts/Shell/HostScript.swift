internal import Model

/// A fixed script that runs on a host with checked arguments: a file of the folder `Scripts`.
struct HostScript: Sendable {
    /// The name of its file, without the extension.
    let name: String
    let text: String
    /// The purpose of the script, as the continuation of "the host could not".
    private(set) var purpose: String

    init(name: String, text: String, purpose: String = "do what it was asked") {
        self.name = name
        self.text = text
        self.purpose = purpose
    }

    /// - Parameters:
    ///   - file: the bytes of the file, with lines `#include FILE`.
    ///   - known: the variables that every run has.
    ///   - purpose: the continuation of "the host could not".
    init(_ name: String, _ file: [UInt8], knowing known: [ScriptVariable] = [], to purpose: String) {
        self.init(name: name, text: known.map(\.line).joined() + ScriptText.whole(file), purpose: purpose)
    }

    /// Returns the same script with another purpose.
    func `for`(_ purpose: String) -> HostScript {
        var copy = self
        copy.purpose = purpose
        return copy
    }
}
