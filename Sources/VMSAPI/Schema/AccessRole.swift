/// The rights of a caller on an object. Each role includes the ones before it.
public enum AccessRole: String, WireEnum {
    /// Reads.
    case viewer
    /// Also starts and stops machines, and changes conditions of links.
    case user
    /// Also creates, changes, moves and destroys.
    case `operator`
    /// Also manages hosts, images and users.
    case admin
}
