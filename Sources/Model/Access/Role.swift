/// The rights of a caller on an object. Each role includes the ones before it.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Reads.
    case viewer
    /// Also starts and stops machines, and changes conditions of links.
    case user
    /// Also creates, changes, moves and destroys.
    case `operator`
    /// Also manages hosts, images and users.
    case admin

    package static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .user: 1
        case .operator: 2
        case .admin: 3
        }
    }
}
