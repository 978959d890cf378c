internal import FoundationEssentials
internal import Model

/// The content of `manifest.json` in an image's folder.
struct Manifest: Decodable {
    enum Boot: String, Decodable { case kernel, disk }
    enum Configuration: String, Decodable { case nocloud, none }

    static let fileName = "manifest.json"
    /// Maximum length of a manifest in bytes.
    static let limit = 65_536

    var name: String
    var version: String
    var os: String
    var arch: String
    var kernelVersion: String
    var stacks: [String]
    var description: String?
    var boot: Boot
    var kernel: String?
    var initrd: String?
    var cmdline: String?
    /// The kernel command line on Xen, in place of `cmdline`.
    var cmdlineXen: String?
    var disk: String?
    var diskFormat: Image.DiskFormat?
    /// In MiB.
    var minimumRAM: Int64
    var bootSeconds: Int?
    var configuration: Configuration
    var addressing: Image.Addressing?
    var probe: Probe?
    var convergeSeconds: Int?
    var interfaces: Int?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, version, os, arch, kernelVersion, stacks, description, boot, kernel, initrd, cmdline, cmdlineXen,
            disk
        case diskFormat, minimumRAM, bootSeconds, configuration, addressing, probe, convergeSeconds, interfaces
    }

    struct Probe: Decodable {
        var `protocol`: String
        var frames: String

        fileprivate enum CodingKeys: String, CodingKey, CaseIterable { case `protocol`, frames }
    }

    /// All key names of the manifest and its `probe`, known or not.
    private struct Names: Decodable {
        var names: [String]
        var probe: [String]

        private struct Name: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let all = try decoder.container(keyedBy: Name.self)
            names = all.allKeys.map(\.stringValue)
            let probe = Name(stringValue: Manifest.CodingKeys.probe.stringValue)
            let inner = try? all.nestedContainer(keyedBy: Name.self, forKey: probe)
            self.probe = inner?.allKeys.map(\.stringValue) ?? []
        }
    }

    /// A key that is a misspelling of a known key. The decoder would silently ignore it.
    private static func misspelt(_ json: Data) -> (key: String, meant: String)? {
        guard let present = try? JSONDecoder().decode(Names.self, from: json) else { return nil }
        func folded(_ name: String) -> String {
            String(String.UnicodeScalarView(name.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic }))
        }
        for (names, known) in [
            (present.names, CodingKeys.allCases.map(\.stringValue)),
            (present.probe, Probe.CodingKeys.allCases.map(\.stringValue)),
        ] {
            for name in names.sorted() where !known.contains(name) {
                if let meant = known.first(where: { folded($0) == folded(name) }) { return (name, meant) }
            }
        }
        return nil
    }

    /// Reads and checks a manifest.
    init(_ json: [UInt8]) throws(ImageProblem) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(json))
        } catch let error as DecodingError {
            throw ImageProblem("\(Self.fileName) \(error.summary)")
        } catch {
            throw ImageProblem("\(Self.fileName) cannot be read: \(error)")
        }
        if let key = RepeatedKey(json).found {
            throw ImageProblem("\(Self.fileName) has '\(key.shown)' twice; give it once")
        }
        if let (key, meant) = Self.misspelt(Data(json)) {
            throw ImageProblem(
                "\(Self.fileName) has '\(key.shown)', which is not a known key; did you mean '\(meant)'?")
        }
        try check()
    }

    private func check() throws(ImageProblem) {
        do {
            _ = try MachineName(name, subject: .field("name"))
        } catch {
            throw ImageProblem("\(Self.fileName): \(error.reason)")
        }
        let texts = [
            ("version", version, 100), ("os", os, 100), ("arch", arch, 100), ("kernelVersion", kernelVersion, 100),
            ("probe.protocol", probe?.protocol ?? "-", 100), ("description", description ?? "-", 1000),
            ("cmdline", cmdline ?? "-", 1000), ("cmdlineXen", cmdlineXen ?? "-", 1000),
        ]
        for (field, text, limit) in texts + stacks.map({ ("stacks", $0, 100) }) {
            let allowed = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
            guard allowed, !text.isEmpty || field == "cmdline", text.utf8.count <= limit else {
                throw refused(field, text, "must have 1 to \(limit) bytes without control characters")
            }
        }
        for (field, file) in [("kernel", kernel), ("initrd", initrd), ("disk", disk)] {
            guard let file else { continue }
            let plain = file.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "._+-".utf8.contains(byte)
            }
            guard plain, (1...255).contains(file.utf8.count), !file.hasPrefix("."), file != Self.fileName else {
                throw refused(
                    field, file, "must be the plain name of a file in the image's folder, other than manifest.json")
            }
        }
        switch boot {
        case .kernel:
            guard kernel != nil, initrd != nil else {
                throw refused("boot", "kernel", "kernel and initrd must be given too")
            }
        case .disk:
            guard disk != nil else { throw refused("boot", "disk", "disk must be given too") }
        }
        guard (1...1_048_576).contains(minimumRAM) else {
            throw refused("minimumRAM", "\(minimumRAM)", "must be 1 to 1048576 MiB")
        }
        for (field, seconds) in [("bootSeconds", bootSeconds), ("convergeSeconds", convergeSeconds)] {
            guard (1...3600).contains(seconds ?? 1) else {
                throw refused(field, "\(seconds ?? 0)", "must be 1 to 3600 seconds")
            }
        }
        guard (1...32).contains(interfaces ?? 1) else {
            throw refused("interfaces", "\(interfaces ?? 0)", "must be 1 to 32")
        }
        if let frames = probe?.frames, !Image.Probe.isFilter(frames) {
            throw refused("probe.frames", frames, "must have 1 to 200 letters, digits, blanks and .:=-")
        }
    }

    private func refused(_ field: String, _ value: String, _ rule: String) -> ImageProblem {
        ImageProblem("\(Self.fileName): \(field) is '\(value.shown)': \(rule)")
    }
}

extension DecodingError {
    /// A description for the author of the manifest.
    fileprivate var summary: String {
        switch self {
        case .keyNotFound(let key, _): "has no '\(key.stringValue.shown)'"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "has a wrong value for '\(Self.field(context))'"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "is not JSON"
        case .dataCorrupted(let context): "has a value for '\(Self.field(context))' that is not known"
        @unknown default: "cannot be read"
        }
    }

    private static func field(_ context: Context) -> String {
        context.codingPath.map(\.stringValue.shown).joined(separator: ".")
    }
}
