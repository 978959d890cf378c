internal import Model
internal import XML

/// VMS's mark in a domain's `<metadata>`: the machine's id and the operation that created it.
enum DomainMark {
    static let namespace = "urn:vms:machine:1"
    static let prefix = "vms"

    static func element(_ mark: Mark) -> XMLElement {
        XMLElement(
            "\(prefix):machine",
            ["xmlns:\(prefix)": namespace, "id": mark.machine.text, "operation": mark.operation.text])
    }

    /// The mark as `virDomainSetMetadata` expects it: without the prefix, which is passed separately.
    static func bareXML(_ mark: Mark) -> String {
        XMLElement("machine", ["id": mark.machine.text, "operation": mark.operation.text]).xmlText
    }

    /// Reads the mark from a domain's definition; `nil` if it has none.
    static func read(_ domain: XMLElement) -> Mark? {
        let marks = domain.element(named: "metadata")?.elements.filter { $0.namespace == namespace }
        guard let mark = marks?.first, let id = mark["id"], let operation = mark["operation"] else { return nil }
        return Mark(machine: MachineID(id), operation: OperationID(operation))
    }
}
