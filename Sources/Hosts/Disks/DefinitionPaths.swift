internal import XML

/// Every file and device of a host that a machine's definition names, wherever it does: disks, what they are based on or
/// copied to, kernels, firmware, devices that are handed through, arguments for QEMU.
struct DefinitionPaths {
    struct Volume: Hashable {
        var pool: String
        var name: String
    }

    /// Paths, with whether the file may be based on others: what libvirt reads as raw is not.
    private(set) var paths: [String: Bool] = [:]
    /// Volumes that are named by their pool.
    private(set) var volumes: Set<Volume> = []

    /// - Parameter domain: as libvirt describes it.
    init(_ domain: XMLElement) {
        for part in domain.elements where !Self.isWords(part) { read(part, mayRest: false) }
    }

    /// What says nothing of files, or names those of the guest.
    private static func isWords(_ element: XMLElement) -> Bool {
        ["name", "title", "description", "metadata", "cmdline"].contains(element.name)
    }

    private mutating func read(_ element: XMLElement, mayRest: Bool) {
        var mayRest = mayRest
        if ["disk", "backingStore", "mirror"].contains(element.name) {
            let format = (element.element(named: "driver") ?? element.element(named: "format"))?["type"]
            mayRest = format ?? "raw" != "raw"
        }
        if element.name == "source", let pool = element["pool"], let volume = element["volume"] {
            volumes.insert(Volume(pool: pool, name: volume))
        }
        for attribute in element.attributes { note(attribute.value, mayRest) }
        note(element.trimmedText, mayRest)
        for part in element.elements where !Self.isWords(part) { read(part, mayRest: mayRest) }
    }

    private mutating func note(_ text: String, _ mayRest: Bool) {
        if text.hasPrefix("/") { paths[text] = (paths[text] ?? false) || mayRest }
        // As QEMU's own arguments have them: file=/srv/x.img,format=raw.
        guard text.contains("=/") else { return }
        for word in text.split(separator: ",") {
            guard let mark = word.firstIndex(of: "=") else { continue }
            let value = word[word.index(after: mark)...]
            if value.hasPrefix("/") { paths[String(value)] = paths[String(value)] ?? false }
        }
    }
}
