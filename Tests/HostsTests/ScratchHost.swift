import Foundation
import Testing

@testable import Hosts
@testable import Model

/// A host's namespaces without a host: the real text of our scripts runs in separate network, mount and process
/// namespaces, in which `/run` and `/etc/libvirt` are empty. Nothing remains when it ends.
enum ScratchHost {
    /// The requirements; shown for tests that are skipped without them.
    static let needs: Comment = "needs root, unshare, tcpdump, /etc/libvirt and network namespaces"

    static let isThere: Bool = {
        guard geteuid() == 0, FileManager.default.fileExists(atPath: "/etc/libvirt") else { return false }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            "command -v tcpdump >/dev/null && unshare -n -m -p -f sh -c 'ip link add scratch type bridge && mount -t tmpfs scratch /run'",
        ]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Runs shell text there. In it, `step NAME ARGUMENT…` runs one of the scripts unchanged; `listen DEVICE FILTER
    /// [NAME]` starts tcpdump and returns once it listens, and `heard [NAME]` prints the frames that it has received.
    ///
    /// - Returns: the lines of both outputs.
    static func run(_ scripts: [HostScript], _ body: String) async throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vms-scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for script in scripts {
            try script.text.write(to: folder.appending(path: script.name), atomically: true, encoding: .utf8)
        }
        let text = """
            exec 2>&1
            mount --make-rprivate /
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            for place in /run /etc/libvirt; do mount -t tmpfs scratch $place || exit 1; done
            mkdir -p /run/netns /etc/libvirt/qemu/networks /etc/libvirt/hooks
            ip link set lo up
            scratch=\(folder.path)
            step() { script=$1; shift; sh "$scratch/$script" "$@"; }
            listen() {
              : >"$scratch/state${3:-}"
              tcpdump -i "$1" -nn -e -l "${2:-}" >"$scratch/heard${3:-}" 2>"$scratch/state${3:-}" &
              until grep -q '^listening' "$scratch/state${3:-}"; do kill -0 $! || exit 1; done
            }
            heard() { cat "$scratch/heard${1:-}"; }
            # network BRIDGE OWNER [WORDS]: writes libvirt's file of a network.
            network() {
              printf '%s\\n' "<network><name>$1</name><metadata><vms:segment xmlns:vms='urn:vms:network:1' network='$2' $3/>" \\
                "</metadata></network>" >"/etc/libvirt/qemu/networks/$1.xml"
            }
            \(body)
            """
        let program = Program(
            name: "unshare", arguments: ["-n", "-m", "-p", "-f", "--kill-child", "sh", "-s"], input: text)
        let ended = try await program.run(seconds: 280)
        return ended.output.split(whereSeparator: \.isNewline).map(String.init)
    }
}
