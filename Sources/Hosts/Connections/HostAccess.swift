internal import Libvirt
internal import Model

/// How this server gets at hosts: its identity, how long its callers wait, and what it is allowed to use.
package struct HostAccess: Sendable {
    var identity: SSHIdentity
    /// How long a call waits for a host that does not answer.
    package var patience = Duration.milliseconds(4500)
    /// Whether a host may be reached over TCP, which neither hides nor authenticates anything.
    package var allowsTCP = false
    /// Folders of this machine in which libvirt's sockets may lie.
    package var socketFolders = LibvirtURI.usualSocketFolders
    /// Folders and devices of hosts from which machines may be given disks, beside the volumes of active storage pools.
    package var allowedDisks: [String] = []
    /// `nil` lets images be sent as fast as they go.
    package var transferPace: TransferPace?

    /// How long a script may take that a host carries out at once when it is well, in seconds.
    var scriptSeconds: Int { max(8, Int(clamping: patience.components.seconds)) }

    /// A silent host is given up after 16 s.
    let keepAlive = KeepAlive(interval: 4, count: 3)

    package init(identity: SSHIdentity) { self.identity = identity }
}
