internal import FoundationEssentials
internal import Subprocess

/// Graphviz's program `dot`, which makes a picture of a drawing.
struct Graphviz {
    var program = "dot"

    /// Writes the picture to a file, which is replaced as a whole or stays as it was.
    ///
    /// - Throws: ``UsageError`` if the program is not installed or cannot read the drawing, or the file cannot be
    ///   written.
    func svg(of drawing: String, to file: String) async throws {
        // Through a file: swift-subprocess ends this program when the other one ends before it has read its input.
        let source = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString).dot")
        try Self.write(drawing, to: source)
        defer { try? FileManager.default.removeItem(at: source) }
        try Self.write(try await picture(of: source.path), to: URL(filePath: file))
    }

    private func picture(of source: String) async throws -> String {
        do {
            let ended = try await Subprocess.run(
                .name(program), arguments: ["-Tsvg", source], input: .none, output: .string(limit: 256 << 20),
                error: .string(limit: 1 << 16))
            guard ended.terminationStatus == .exited(0) else {
                throw UsageError("'\(program) -Tsvg' made no picture: \(ended.standardError.visible)")
            }
            return ended.standardOutput
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw UsageError(
                "--svg needs Graphviz's '\(program)', which is not installed; install it (Debian: apt install "
                    + "graphviz), or use --dot and draw it elsewhere")
        }
    }

    private static func write(_ text: String, to file: URL) throws {
        do { try Data(text.utf8).write(to: file, options: .atomic) } catch {
            throw UsageError("cannot write '\(file.path.visible)': \(String(describing: error).visible)")
        }
    }
}
