internal import Model

/// Reads the lengths of those files of copies that exist.
struct MeasureFiles: ScriptCall {
    static let script = HostScript(
        "measure-files", PackageResources.measure_files_sh, to: "report the lengths of files")

    let copies: [RecordedCopy]

    var variables: [ScriptVariable] { [ScriptVariable("used", copies.map(\.path))] }

    func answer(_ output: String) -> [(copy: RecordedCopy, bytes: Int64)] {
        NumberedLines.read(output, "size", of: copies).compactMap { copy, figure in
            figure.flatMap { Int64(told: $0, in: Foreign.bytes) }.map { (copy, $0) }
        }
    }
}
