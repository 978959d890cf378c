internal import Model
internal import XML

/// Our mark in a domain's `<metadata>`: who made it, and in which operation.
enum DomainMark {
    static let namespace = "urn:vms:machine:1"
    static let prefix = "vms"

    static func element(_ mark: Mark) -> XMLElement {
        XMLElement(
            "\(prefix):machine",
            ["xmlns:\(prefix)": namespace, "id": mark.machine.text, "operation": mark.operation.text])
    }

    /// As `virDomainSetMetadata` wants it: without prefix, which is given beside it.
    static func bareXML(_ mark: Mark) -> String {
        XMLElement("machine", ["id": mark.machine.text, "operation": mark.operation.text]).xmlText
    }

    /// Reads it from a domain's definition; `nil` when it carries none.
    static func read(_ domain: XMLElement) -> Mark? {
        let marks = domain.element(named: "metadata")?.elements.filter { $0.namespace == namespace }
        guard let mark = marks?.first, let id = mark["id"], let operation = mark["operation"] else { return nil }
        return Mark(machine: MachineID(id), operation: OperationID(operation))
    }
}
