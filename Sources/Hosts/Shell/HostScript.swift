internal import Model

/// A script of ours that runs on a host, as it stands, with checked arguments: a file of the folder `Scripts`.
struct HostScript: Sendable {
    /// Its file's, without the ending.
    let name: String
    let text: String
    /// What it is for, as it goes on from "the host could not".
    private(set) var words: String

    init(name: String, text: String, words: String = "do what it was asked") {
        self.name = name
        self.text = text
        self.words = words
    }

    /// - Parameters:
    ///   - file: its bytes, with lines `#include FILE`.
    ///   - known: what it always finds in variables.
    init(_ name: String, _ file: [UInt8], knowing known: [HostWords] = [], to words: String) {
        self.init(name: name, text: known.map(\.line).joined() + ScriptText.whole(file), words: words)
    }

    /// The same script, told as what it is for this time.
    func `for`(_ purpose: String) -> HostScript {
        var copy = self
        copy.words = purpose
        return copy
    }
}
