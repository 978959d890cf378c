/// One boot of a host, from power-on to power-off: a host that was off in between reports another value.
package struct HostBoot: Sendable, Equatable, Codable {
    /// Opaque: letters, digits, hyphens and dots.
    package let text: String

    package init(_ text: String) { self.text = text }
}
