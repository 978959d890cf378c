/// A machine on its host.
package struct MachineReference: Sendable, Equatable, Codable {
    package var id: MachineID
    package var name: String
    /// Whether its disks are not ours to remove; then the files of its firmware stay as well.
    package var keepsFirmware = false

    package init(id: MachineID, name: String) {
        self.id = id
        self.name = name
    }
}
