internal import XML

/// All files and devices of a host that a machine's definition names anywhere: disks, their backing files and copy
/// targets, kernels, firmware, passed-through devices, arguments for QEMU.
struct DefinitionPaths {
    struct Volume: Hashable {
        var pool: String
        var name: String
    }

    /// The paths, each with whether the file may have a backing file. A disk that libvirt reads as raw has none.
    private(set) var paths: [String: Bool] = [:]
    /// The volumes that are named by their pool.
    private(set) var volumes: Set<Volume> = []

    /// - Parameter domain: the definition from libvirt.
    init(_ domain: XMLElement) {
        for part in domain.elements where !Self.isText(part) { read(part, mayHaveBacking: false) }
    }

    /// Whether an element has only free text, or names files of the guest.
    private static func isText(_ element: XMLElement) -> Bool {
        ["name", "title", "description", "metadata", "cmdline"].contains(element.name)
    }

    private mutating func read(_ element: XMLElement, mayHaveBacking: Bool) {
        var mayHaveBacking = mayHaveBacking
        if ["disk", "backingStore", "mirror"].contains(element.name) {
            let format = (element.element(named: "driver") ?? element.element(named: "format"))?["type"]
            mayHaveBacking = format ?? "raw" != "raw"
        }
        if element.name == "source", let pool = element["pool"], let volume = element["volume"] {
            volumes.insert(Volume(pool: pool, name: volume))
        }
        for attribute in element.attributes { note(attribute.value, mayHaveBacking) }
        note(element.trimmedText, mayHaveBacking)
        for part in element.elements where !Self.isText(part) { read(part, mayHaveBacking: mayHaveBacking) }
    }

    private mutating func note(_ text: String, _ mayHaveBacking: Bool) {
        if text.hasPrefix("/") { paths[text] = (paths[text] ?? false) || mayHaveBacking }
        // The form of QEMU's own arguments: file=/srv/x.img,format=raw.
        guard text.contains("=/") else { return }
        for word in text.split(separator: ",") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            let value = word[word.index(after: equals)...]
            if value.hasPrefix("/") { paths[String(value)] = paths[String(value)] ?? false }
        }
    }
}
