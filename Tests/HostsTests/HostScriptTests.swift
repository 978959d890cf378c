import Model
import Testing

@testable import Hosts

/// What a host is asked, with programs and settings of all kinds.
@Suite(
    "Looking at a host", .enabled(if: ScratchHost.isThere, ScratchHost.needs), .serialized, .timeLimit(.minutes(5)))
struct HostScriptTests {
    /// Puts a program of that name first; `other arping TEXT`.
    private static let words = """
        mkdir /run/bin; PATH=/run/bin:$PATH
        other() { printf '#!/bin/sh\\n%s\\n' "$2" >"/run/bin/$1"; chmod 755 "/run/bin/$1"; }
        habets() { other arping 'echo "ARPing 2.23, by Thomas Habets <thomas@habets.se>"; exit 1'; }
        ip link add br0 type bridge
        ip link set br0 up

        """

    private func run(_ body: String) async throws -> [String] {
        try await ScratchHost.run([.describe, .inspect, .probe, .proveLink, .filtering], Self.words + body)
    }

    @Test("an arping that is not iputils' is told as missing, and never asked in vain without a pause")
    func arping() async throws {
        let told = try await run(
            """
            habets
            step describe | grep arping
            step inspect | grep arping | cut -f 1,2
            step probe br0 192.0.2.9 4 1
            # Whatever else is wrong with it.
            other arping 'echo "$1" >>/run/asked; case $1 in -V) echo "arping from iputils 1";; *) exit 2;; esac'
            step probe br0 192.0.2.9 4 3
            step proveLink br0 1500 192.0.2.8/24 02:76:00:10:00:00 3 02:76:00:10:00:00 192.0.2.7 1 1 \\
              192.0.2.9 02:00:00:00:00:09 - - | grep silent
            [ "$(grep -vc '^-V' /run/asked)" -lt 25 ] || echo "asked $(wc -l </run/asked) times"
            """)
        #expect(
            told == ["other arping", "warning\tarping", "missing iputils-arping", "silent", "silent 0"],
            "\(told)")
        #expect(
            HostDescription("other arping\nlacks bridge\nlacks x\n").lacked == [
                .init(.arping, isOther: true), .init(.bridge),
            ])
    }

    @Test("programs of the same names that take other options are told by prepare and by the plan, with their packages")
    func programs() async throws {
        let told = try await run(
            """
            step describe | grep -E '^(lacks|other) '
            # As GNU inetutils and BusyBox have them.
            other ping 'echo "ping (GNU inetutils) 2.4"'
            other flock 'echo "BusyBox v1.36.1 multi-call binary."; exit 1'
            other bridge 'echo "BusyBox v1.36.1 multi-call binary."; exit 1'
            step describe | grep -E '^(lacks|other) '
            step inspect | grep -E '^(ok|warning).(ip|bridge|flock|ping|timeout).' | grep -v has | cut -f 1,2,4 | cut -d '(' -f 1
            """)
        #expect(
            told == [
                "other bridge", "other flock", "other ping", "ok\tip\t", "warning\tbridge\tapt-get install iproute2 ",
                "warning\tflock\tapt-get install util-linux ", "warning\tping\tapt-get install iputils-ping ",
                "ok\ttimeout\t",
            ], "\(told)")
        let words = HostDescription("other ping\nlacks arping\n").lacked.words
        #expect(
            words == "iputils' ping (it has another of that name), arping (apt-get install iputils-ping iputils-arping)"
        )
    }

    @Test("a bridge without IPv6 is told, with the line that mends it")
    func withoutIPv6() async throws {
        let told = try await run(
            """
            step describe | grep noipv6
            echo 1 >/proc/sys/net/ipv6/conf/br0/disable_ipv6
            step describe | grep noipv6
            step inspect | grep ipv6 | cut -f 1,2,4
            """)
        #expect(told.first == "noipv6 br0" && told.count == 2, "\(told)")
        #expect(told.last?.contains("sysctl -w net.ipv6.conf.br0.disable_ipv6=0") == true)
    }

    @Test("a firewall that drops what bridges forward is told")
    func filters() async throws {
        let told = try await run(
            """
            other iptables 'echo "-P INPUT ACCEPT"; echo "-P FORWARD DROP"'
            # The kernel of this machine may have no such setting.
            mount -t tmpfs scratch /proc/sys/net && mkdir /proc/sys/net/bridge
            echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables
            step filtering
            echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
            step filtering
            step inspect 2>/dev/null | grep filter | cut -f 1,2
            other iptables 'echo "-P FORWARD DROP"; echo "-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT"'
            step filtering
            """)
        #expect(told == ["iptables (FORWARD's policy is DROP)", "warning\tfilter"], "\(told)")
    }

    @Test("addresses of guests' networks are told last, and that from which the host sends is told")
    func addresses() async throws {
        let told = try await run(
            """
            ip addr add 172.17.0.1/16 dev br0
            ip link add wan type veth peer name wire; ip link set wire up; ip link set wan up
            ip addr add 198.51.100.7/24 dev wan
            step describe | grep -E '^(address|source) '
            ip route add default via 198.51.100.1
            step describe | grep -E '^source '
            """)
        #expect(told == ["address 198.51.100.7 1500", "address 172.17.0.1 1500", "source 198.51.100.7"], "\(told)")
        #expect(HostDescription("source 198.51.100.7\nsource x").sources.map(\.description) == ["198.51.100.7"])
    }

    @Test("the address that SSH went to is told")
    func reached() async throws {
        let told = try await run(
            "export SSH_CONNECTION='192.0.2.9 40000 192.0.2.1 22'; step describe 1 | grep -E 'reached|shapers'")
        #expect(told.contains("reached 192.0.2.1") && told.contains { $0.hasPrefix("shapers") }, "\(told)")
    }
}
