extension HostScript {
    /// Whether the host's `sshd` compresses when it is asked to: `compression`. Prints `no`, or something else.
    static let compression = HostScript(
        name: "compression",
        text: #"""
            sshd=$(command -v sshd || echo /usr/sbin/sshd)
            "$sshd" -T 2>/dev/null | sed -n 's/^compression //p'
            """#)
}
