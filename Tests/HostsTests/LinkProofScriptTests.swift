import Foundation
import Testing

@testable import Hosts

/// The scripts themselves, on a bridge with two routers in namespaces that end with the test. The tests are skipped if
/// the kernel allows no namespaces.
@Suite("Proofs of a link")
struct LinkProofScriptTests {
    /// Two routers that have their addresses, and no routes.
    private static let scene = #"""
        set -e
        mount -t tmpfs none /run; mount -t sysfs none /sys
        ip link add vms-001000 type bridge mcast_snooping 0
        ip link set vms-001000 addrgenmode none
        ip link set vms-001000 mtu 1450 up
        for router in 1 2; do
          ip netns add r$router
          ip link add port$router mtu 1450 type veth peer name eth0 address 52:54:00:00:00:0$router mtu 1450 netns r$router
          ip link set port$router addrgenmode none
          ip link set port$router master vms-001000 up
          ip -n r$router link set lo up
          ip netns exec r$router sysctl -qw net.ipv6.conf.eth0.accept_dad=0
          ip -n r$router link set eth0 up
        done
        for address in $ONE; do ip -n r1 addr add $address dev eth0; done
        for address in $TWO; do ip -n r2 addr add $address dev eth0; done
        for address in $BEYOND; do ip -n r1 addr add $address dev lo; done
        [ -z "$WIDTH" ] || ip -n r1 link set eth0 mtu $WIDTH
        set +e
        """#

    static let canCreateNamespaces: Bool = {
        let printed = try? output("true", [:], [])
        return printed?.isEmpty == true
    }()

    /// Returns the output of a script in the scene.
    private static func output(_ script: String, _ scene: [String: String], _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments =
            ["-mn", "--propagation", "private", "sh", "-c", self.scene + "\nsh -c \"$SCRIPT\" sh \"$@\"", "sh"]
            + arguments
        var environment = ProcessInfo.processInfo.environment
        for name in ["ONE", "TWO", "BEYOND", "WIDTH"] { environment[name] = scene[name] ?? "" }
        environment["SCRIPT"] = script
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let printed = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return "ended with \(process.terminationStatus)" }
        return String(decoding: printed, as: UTF8.self)
    }

    private static let members = "52:54:00:00:00:01,52:54:00:00:00:02,02:76:00:10:00:00"

    private func link(_ one: String, _ two: String, from source: String, _ targets: [String], width: String = "") throws
        -> [String]
    {
        let printed = try Self.output(
            ProveLink.script.text, ["ONE": one, "TWO": two, "WIDTH": width],
            ["vms-001000", "1450", source, "02:76:00:10:00:00", "3", Self.members, "-", "1", "2"] + targets)
        return printed.split(separator: "\n").map(String.init)
    }

    private static let both = [
        "there 0 52:54:00:00:00:01", "there 1 52:54:00:00:00:02", "frames 0 full", "frames 1 full",
    ]

    @Test(
        "a /31 is proven in the name of the other router, without confusing the two", .enabled(if: canCreateNamespaces))
    func pointToPoint() throws {
        let targets = [
            "10.1.0.0", "52:54:00:00:00:01", "-", "10.1.0.1", "10.1.0.1", "52:54:00:00:00:02", "-", "10.1.0.0",
        ]
        // A frame of another sender, or an answer of another MAC address, would add a line.
        #expect(try link("10.1.0.0/31", "10.1.0.1/31", from: "-", targets) == Self.both)
        let narrow = try link("10.1.0.0/31", "10.1.0.1/31", from: "-", targets, width: "1200")
        #expect(narrow.contains("frames 0 small"), "\(narrow)")
    }

    @Test("a stub is proven by ARP alone", .enabled(if: canCreateNamespaces))
    func stub() throws {
        let printed = try link("10.255.0.1/32", "", from: "-", ["10.255.0.1", "52:54:00:00:00:01", "-", "-"])
        #expect(printed == ["there 0 52:54:00:00:00:01", "frames 0 unasked"])
        let absent = try link("10.255.0.1/32", "", from: "-", ["10.255.0.2", "52:54:00:00:00:01", "-", "-"])
        #expect(absent == ["silent 0"])
    }

    @Test(
        "IPv6 is proven from a link-local address", .enabled(if: canCreateNamespaces),
        arguments: [("fd00:1::", "fd00:1::1", "127"), ("fe80::1", "fe80::2", "64"), ("fd00:9::1", "fd00:9::2", "128")])
    func linkLocal(one: String, two: String, length: String) throws {
        let printed = try link(
            "\(one)/\(length)", "\(two)/\(length)", from: "fe80::766d:7300:10:0/64",
            [one, "52:54:00:00:00:01", "-", "-", two, "52:54:00:00:00:02", "-", "-"])
        #expect(printed == Self.both)
    }

    @Test(
        "addresses beyond the link are reached through the gateway, also by its link-local address",
        .enabled(if: canCreateNamespaces),
        arguments: [
            ("10.0.0.1/24", "10.0.0.254/24", "10.0.0.1", "10.7.0.1"),
            ("fd00:7::1/64", "fd00:7::fe/64", "fd00:7::1", "fd00:5::1"),
            ("fd00:7::1/64 fe80::1/64", "fd00:7::fe/64", "fe80::1", "fd00:5::1"),
        ])
    func beyond(one: String, source: String, gateway: String, target: String) throws {
        let printed = try Self.output(
            ProveReach.script.text, ["ONE": one, "BEYOND": target + (target.contains(":") ? "/128" : "/32")],
            ["vms-001000", "1450", source, "02:76:00:10:00:00", "3", gateway, "1", target])
        #expect(printed == "reached \(target)\n")
    }
}
