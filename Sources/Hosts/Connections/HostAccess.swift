internal import Libvirt
internal import Model

/// How this server reaches hosts: its identity, how long callers wait, and what it is allowed to use.
package struct HostAccess: Sendable {
    var identity: SSHIdentity
    /// How long a call waits for a host that does not answer.
    package var patience = Duration.milliseconds(4500)
    /// Whether a host may be reached over TCP, which neither encrypts nor authenticates.
    package var allowsTCP = false
    /// The folders of this machine that may contain libvirt's sockets.
    package var socketFolders = LibvirtURI.usualSocketFolders
    /// The folders and devices of hosts that may become disks of machines, in addition to the volumes of active storage
    /// pools.
    package var allowedDisks: [String] = []
    /// The bandwidth limit of image transfers; `nil` for no limit.
    package var transferBandwidth: TransferBandwidth?

    /// The time limit, in seconds, for a script that a healthy host completes immediately.
    var scriptSeconds: Int { max(8, Int(clamping: patience.components.seconds)) }

    /// A silent host counts as lost after 16 s.
    let keepAlive = KeepAlive(interval: 4, count: 3)

    package init(identity: SSHIdentity) { self.identity = identity }
}
