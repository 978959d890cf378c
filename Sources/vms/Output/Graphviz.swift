internal import FoundationEssentials
internal import Subprocess

/// The program that makes a picture of a drawing.
struct Graphviz {
    var program = "dot"

    /// Draws to a file, which is there whole or as it was before.
    ///
    /// - Throws: ``UsageError`` where the program is not installed, cannot read the drawing, or the file cannot be written.
    func svg(of drawing: String, to file: String) async throws {
        let picture: String
        do {
            let ended = try await Subprocess.run(
                .name(program), arguments: ["-Tsvg"], input: .string(drawing), output: .string(limit: 256 << 20),
                error: .string(limit: 1 << 16))
            guard ended.terminationStatus == .exited(0) else {
                throw UsageError("'\(program) -Tsvg' made no picture: \(ended.standardError.visible)")
            }
            picture = ended.standardOutput
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw UsageError(
                "--svg needs Graphviz's '\(program)', which is not installed; install it (Debian: apt install graphviz), or "
                    + "take --dot and draw elsewhere")
        }
        do { try Data(picture.utf8).write(to: URL(filePath: file), options: .atomic) } catch {
            throw UsageError("cannot write '\(file.visible)': \(String(describing: error).visible)")
        }
    }
}
