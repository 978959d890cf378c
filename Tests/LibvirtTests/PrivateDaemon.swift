import Glibc

@testable import Libvirt

/// A libvirtd for one test, in namespaces of its own: none of its processes and mounts outlives this object or the
/// test's process.
///
/// The first process of the pid namespace reads commands from a pipe; when the pipe ends, all its processes end.
final class PrivateDaemon: Sendable {
    /// The reason why it cannot be started here; nil if it can.
    static let obstacle: String? = {
        if geteuid() != 0 { return "only root may make namespaces" }
        for program in ["/usr/sbin/libvirtd", "/usr/bin/unshare"] where access(program, X_OK) != 0 {
            return "\(program) is not installed"
        }
        return nil
    }()

    static var isPossible: Bool { obstacle == nil }

    /// The scratch folder, at the same path inside and outside.
    let path: String
    var uri: String { "qemu+unix:///system?socket=\(path)/socket/libvirt-sock" }

    private let folder: Folder
    private let process: pid_t
    private let commands: Int32
    private let answers: Int32
    private let lane = Lane(limit: 1)

    /// Creates the namespaces and starts libvirtd in them.
    static func start() async throws -> PrivateDaemon {
        let daemon = try PrivateDaemon()
        try await daemon.command("start", answer: "started")
        return daemon
    }

    private init() throws {
        folder = Folder(scratch: try Scratch())
        path = folder.scratch.path
        // Run by sh: a program that starts at the same time may hold the file open for writing.
        let script = try folder.scratch.write("init", Self.script)
        let (input, output) = (try Self.pipe(), try Self.pipe())
        commands = input.write
        answers = output.read
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, 1)
        let words = [
            "unshare", "--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "sh", script, path,
        ]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { (word: String) in strdup(word) }
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, "/usr/bin/unshare", &actions, nil, arguments + [nil], environ)
        self.process = process
        close(input.read)
        close(output.write)
        guard result == 0 else { throw ScratchError(number: result) }
    }

    deinit {
        close(commands)
        close(answers)
        if process > 0 {
            // The child is killed with it, and with the child the whole namespace.
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// Kills libvirtd as a power cut would; its data on disk stays.
    func crash() async throws {
        try await command("crash", answer: "crashed")
    }

    /// Starts libvirtd again.
    func restart() async throws {
        try await command("start", answer: "started")
    }

    /// Stops libvirtd without ending it: its socket stays, without an answer.
    func freeze() async throws {
        try await command("freeze", answer: "frozen")
    }

    private func command(_ command: String, answer expected: String) async throws {
        let (commands, answers) = (commands, answers)
        let answer = try await Call.run(command, in: lane, deadline: .seconds(60)) {
            let line = Array("\(command)\n".utf8)
            guard write(commands, line, line.count) == line.count else { return "" }
            var answer: [UInt8] = []
            var byte: UInt8 = 0
            while read(answers, &byte, 1) == 1, byte != UInt8(ascii: "\n") { answer.append(byte) }
            return String(decoding: answer, as: UTF8.self)
        }
        guard answer == expected else { throw DaemonError(command: command, answer: answer) }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw ScratchError(number: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private final class Folder: Sendable {
        let scratch: Scratch
        init(scratch: consuming Scratch) { self.scratch = scratch }
    }

    struct DaemonError: Error {
        let command: String
        let answer: String
    }

    /// libvirt needs a user of its own even when it is configured to use root, hence the copy of the user list.
    private static let script = #"""
        #!/bin/sh
        exec 2>"$1/errors"
        set -e
        S=$1
        mount --make-rprivate /
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        for d in etc/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt; do
            mkdir -p "$S/$d" "/$d"
            mount --bind "$S/$d" "/$d"
        done
        # A /dev without kvm: guests are emulated, on every machine alike.
        mkdir "$S/dev"
        mount -t tmpfs tmpfs "$S/dev"
        mkdir "$S/dev/net" "$S/dev/pts" "$S/dev/shm"
        for d in null zero full random urandom tty net/tun; do
            [ -e "/dev/$d" ] || continue
            : > "$S/dev/$d"
            mount --bind "/dev/$d" "$S/dev/$d"
        done
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$S/dev/pts"
        ln -s pts/ptmx "$S/dev/ptmx"
        ln -s /proc/self/fd "$S/dev/fd"
        mount --move "$S/dev" /dev
        mount -t tmpfs tmpfs /run
        mkdir /run/libvirt "$S/socket"
        for f in passwd group; do cp "/etc/$f" "$S/$f"; done
        grep -q '^libvirt-qemu:' "$S/passwd" ||
            echo 'libvirt-qemu:x:64055:64055::/nonexistent:/bin/false' >> "$S/passwd"
        for g in libvirt-qemu kvm; do grep -q "^$g:" "$S/group" || echo "$g:x:64055:" >> "$S/group"; done
        for f in passwd group; do mount --bind "$S/$f" "/etc/$f"; done
        cat > /etc/libvirt/libvirtd.conf <<END
        unix_sock_dir = "$S/socket"
        auth_unix_rw = "none"
        unix_sock_rw_perms = "0700"
        log_outputs = "2:file:$S/log"
        host_uuid = "4c1f0000-0000-4000-8000-000000000001"
        END
        cat > /etc/libvirt/qemu.conf <<END
        security_driver = "none"
        user = "root"
        group = "root"
        dynamic_ownership = 0
        remember_owner = 0
        namespaces = []
        cgroup_controllers = []
        seccomp_sandbox = 0
        stdio_handler = "file"
        END
        ip link set lo up
        # In the background, so that the first process waits meanwhile: libvirt leaves it the guests' processes, and takes
        # one that no process has waited for as alive.
        exec 3<&0
        while read -r command; do
            case $command in
                start)
                    if /usr/sbin/libvirtd --daemon --pid-file /run/libvirtd.pid </dev/null >/dev/null
                    then echo started; else echo failed; fi ;;
                crash) kill -9 "$(cat /run/libvirtd.pid)"; echo crashed ;;
                freeze) kill -STOP "$(cat /run/libvirtd.pid)"; echo frozen ;;
            esac
        done <&3 &
        wait $!
        """#
}
