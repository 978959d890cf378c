/// One run of a host, from when it is switched on until it is switched off: a host that was off in between tells another.
package struct HostBoot: Sendable, Equatable, Codable {
    /// Opaque: letters, digits, hyphens and dots.
    package let text: String

    package init(_ text: String) { self.text = text }
}
