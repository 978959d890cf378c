internal import Model
internal import XML

/// A disk that a machine was given, as it was when the operation was planned.
struct GivenFile: Equatable {
    var path: String
    var format: String
    var isBlock: Bool

    /// Returns the given disks of a definition: the disks with an empty backing chain, which ``DomainXML`` writes only
    /// for given disks. About other disks, such as those of an adopted machine, nothing was promised.
    static func all(in domain: XMLElement) -> [GivenFile] {
        (domain.element(named: "devices")?.elements(named: "disk") ?? []).compactMap { disk in
            guard let end = disk.element(named: "backingStore"), end.elements.isEmpty, disk["type"] != "volume",
                let source = disk.element(named: "source"), let path = source["file"] ?? source["dev"]
            else { return nil }
            return GivenFile(
                path: path, format: disk.element(named: "driver")?["type"] ?? "raw", isBlock: disk["type"] == "block")
        }
    }

    /// Returns why a machine must not use the disk in its current state.
    ///
    /// - Parameter used: the use, in words, of each path that the host was asked to compare.
    func refusal(now answer: DiskAnswer, used: [String]) -> Refusal? {
        guard answer.kind != .absent else { return refusal(.diskNotFound, "there is nothing at that path any more") }
        let now = answer.disk(used: used)
        guard answer.path == path, answer.kind == (isBlock ? .block : .file) else {
            return refusal(.diskInUse, "there is something else now than when the operation was planned")
        }
        if let use = now.uses.first { return refusal(.diskInUse, use) }
        if let busy = answer.busy.first { return refusal(.invalidValue, busy) }
        // A guest may write any bytes to a raw disk, also those of another format.
        guard format != "raw" else { return nil }
        guard answer.format == format else {
            return refusal(
                .diskInUse,
                "there is something else now than when the operation was planned: it is not \(format) any more")
        }
        return answer.obstacles.first.map { refusal(.invalidValue, $0) }
    }

    func refusal(_ code: Refusal.Code, _ why: String) -> Refusal {
        Refusal(code, .diskPath, "\(.diskPath) is '\(path.shown)': \(why)", value: path.shown)
    }
}
