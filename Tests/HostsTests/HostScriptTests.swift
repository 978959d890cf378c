import Model
import Testing

@testable import Hosts

/// The scripts that describe a host, with programs and settings of all kinds.
@Suite(
    "Descriptions of a host", .enabled(if: ScratchHost.isThere, ScratchHost.needs), .serialized, .timeLimit(.minutes(5))
)
struct HostScriptTests {
    /// Shell functions for a program that hides the installed one: `other arping TEXT`.
    private static let words = """
        mkdir /run/bin; PATH=/run/bin:$PATH
        other() { printf '#!/bin/sh\\n%s\\n' "$2" >"/run/bin/$1"; chmod 755 "/run/bin/$1"; }
        habets() { other arping 'echo "ARPing 2.23, by Thomas Habets <thomas@habets.se>"; exit 1'; }
        ip link add br0 type bridge
        ip link set br0 up

        """

    private func run(_ body: String) async throws -> [String] {
        try await ScratchHost.run(
            [DescribeHost.script, InspectHost.script, ProbeAddress.script, ProveLink.script, ListFilters.script],
            Self.words + body)
    }

    @Test("an arping that is not iputils' is reported as missing, and failed probes have a pause")
    func arping() async throws {
        let lines = try await run(
            """
            habets
            step describe-host | grep arping
            step inspect-host | grep arping | cut -f 1,2
            step probe-address br0 192.0.2.9 4 1
            # An arping with another fault.
            other arping 'echo "$1" >>/run/asked; case $1 in -V) echo "arping from iputils 1";; *) exit 2;; esac'
            step probe-address br0 192.0.2.9 4 3
            step prove-link br0 1500 192.0.2.8/24 02:76:00:10:00:00 3 02:76:00:10:00:00 192.0.2.7 1 1 \\
              192.0.2.9 02:00:00:00:00:09 - - | grep silent
            [ "$(grep -vc '^-V' /run/asked)" -lt 25 ] || echo "asked $(wc -l </run/asked) times"
            """)
        #expect(
            lines == ["other arping", "warning\tarping", "missing iputils-arping", "silent", "silent 0"],
            "\(lines)")
        #expect(
            HostDescription("other arping\nlacks bridge\nlacks x\n").lacked == [
                .init(.arping, isOther: true), .init(.bridge),
            ])
    }

    @Test("different programs with the same names are reported by prepare and by the plan, with the right packages")
    func programs() async throws {
        let lines = try await run(
            """
            step describe-host | grep -E '^(lacks|other) '
            # The versions of GNU inetutils and BusyBox.
            other ping 'echo "ping (GNU inetutils) 2.4"'
            other flock 'echo "BusyBox v1.36.1 multi-call binary."; exit 1'
            other bridge 'echo "BusyBox v1.36.1 multi-call binary."; exit 1'
            step describe-host | grep -E '^(lacks|other) '
            tab=$(printf '\\t')
            step inspect-host | grep -E "^(ok|warning)$tab(ip|bridge.8.|flock|ping|timeout)$tab" | cut -f 1,2,4 | cut -d ';' -f 1 | sed 's/ (in.*//'
            """)
        #expect(
            lines == [
                "other bridge", "other flock", "other ping", "ok\tip\t", "warning\tbridge(8)\tapt-get install iproute2",
                "warning\tflock\tapt-get install util-linux", "warning\tping\tapt-get install iputils-ping",
                "ok\ttimeout\t",
            ], "\(lines)")
        let words = HostDescription("other ping\nlacks arping\n").lacked.words
        #expect(
            words == "iputils' ping (it has another of that name), arping (apt-get install iputils-ping iputils-arping)"
        )
    }

    @Test("a bridge without IPv6 is reported, with the command to fix it")
    func bridgesWithoutIPv6() async throws {
        let lines = try await run(
            """
            step describe-host | grep noipv6
            echo 1 >/proc/sys/net/ipv6/conf/br0/disable_ipv6
            step describe-host | grep noipv6
            step inspect-host | grep ipv6 | cut -f 1,2,4
            """)
        #expect(lines.first == "noipv6 br0" && lines.count == 2, "\(lines)")
        #expect(lines.last?.contains("sysctl -w net.ipv6.conf.br0.disable_ipv6=0") == true)
    }

    /// In addition to ``words``: a bridge with a card, and settings that this machine's kernel may lack: `calls 0|1`.
    private static let firewalls = """
        ip link add card type veth peer name wire; ip link set card master br0
        mount -t tmpfs scratch /proc/sys/net && mkdir /proc/sys/net/bridge
        calls() { for one in ip ip6; do echo $1 >/proc/sys/net/bridge/bridge-nf-call-${one}tables; done; }
        other ip6tables 'echo "-P FORWARD ACCEPT"'
        other nft 'cat /run/ruleset 2>/dev/null'
        iptables() { other iptables "cat <<'END'
        $1
        END"; }
        calls 1

        """

    @Test("a firewall that drops frames which bridges forward is reported, by prepare and by the plan")
    func filters() async throws {
        let lines = try await run(
            Self.firewalls + """
                iptables '-P INPUT ACCEPT\n-P FORWARD DROP'
                calls 0
                step list-filters
                calls 1
                step list-filters
                step inspect-host 2>/dev/null | grep filter | cut -f 1,2
                step describe-host | grep -c '^filter '
                """)
        let words = "iptables (FORWARD's policy is DROP)"
        #expect(lines == ["filter br0 \(words)", "filter vms- \(words)", "warning\tfilter", "2"], "\(lines)")
        let filters = HostDescription(lines.joined(separator: "\n")).filters
        #expect(HostSurvey.Filter.words(filters, on: "vms-001000")?.hasPrefix(words) == true)
        #expect(HostSurvey.Filter.words(filters, on: "br1") == nil)
    }

    @Test(
        "the first rule that certainly matches forwarded frames decides, whatever other chains say",
        arguments: [
            ("-P FORWARD ACCEPT\n-A FORWARD -j REJECT", ["br0", "vms-"]),
            ("-P FORWARD ACCEPT\n-A FORWARD -s 192.0.2.0/24 -j DROP", []),
            ("-P FORWARD DROP\n-A INPUT -m physdev --physdev-is-bridged -j ACCEPT", ["br0", "vms-"]),
            ("-P FORWARD DROP\n-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT", []),
            ("-P FORWARD DROP\n-A FORWARD -i br0 -o br0 -j ACCEPT", ["vms-"]),
            ("-P FORWARD DROP\n-A FORWARD -i docker0 ! -o docker0 -j ACCEPT", ["br0", "vms-"]),
            ("-P FORWARD DROP\n-A FORWARD -m comment --comment \"a -j DROP\" -j U\n-A U -i vms-+ -j ACCEPT", ["br0"]),
            ("-P FORWARD ACCEPT\n-A FORWARD -j U\n-A U -j RETURN\n-A U -j DROP\n-A FORWARD ! -i br0 -j DROP", ["vms-"]),
            ("-P FORWARD DROP\n-A FORWARD -j U\n-A U -j U", ["br0", "vms-"]),
        ])
    func rules(rules: String, bridges: [String]) async throws {
        let lines = try await run(Self.firewalls + "iptables '\(rules)'\nstep list-filters | cut -d ' ' -f 2")
        #expect(lines == bridges, "\(lines)")
    }

    @Test("tables of nft are read: those for bridges always, others if the kernel passes frames to them")
    func nft() async throws {
        let lines = try await run(
            Self.firewalls + """
                iptables '-P FORWARD ACCEPT'
                calls 0
                cat >/run/ruleset <<'END'
                table bridge f {
                	chain forward {
                		type filter hook forward priority filter; policy drop;
                		ibrname "br0" counter packets 3 bytes 9 accept comment "ours"
                	}
                }
                table inet g {
                	chain other {
                		drop
                	}
                	chain forward {
                		type filter hook forward priority 0; policy accept;
                		ct state established accept
                		oifname "vms-*" accept
                		counter packets 0 bytes 0 jump last
                	}
                	chain last {
                		reject with icmpx admin-prohibited
                	}
                }
                END
                step list-filters
                calls 1
                step list-filters
                """)
        let bridge = "filter vms- nft (bridge f forward: policy drop)"
        #expect(
            lines == [bridge, "filter br0 nft (inet g forward: reject with icmpx admin-prohibited)", bridge], "\(lines)"
        )
    }

    @Test("addresses of guests' networks come last, and the host's source address is reported")
    func addresses() async throws {
        let lines = try await run(
            """
            ip addr add 172.17.0.1/16 dev br0
            ip link add wan type veth peer name wire; ip link set wire up; ip link set wan up
            ip addr add 198.51.100.7/24 dev wan
            step describe-host | grep -E '^(address|source) '
            ip route add default via 198.51.100.1
            step describe-host | grep -E '^source '
            """)
        #expect(lines == ["address 198.51.100.7 1500", "address 172.17.0.1 1500", "source 198.51.100.7"], "\(lines)")
        #expect(HostDescription("source 198.51.100.7\nsource x").sources.map(\.description) == ["198.51.100.7"])
    }

    @Test("the address of the SSH connection is reported")
    func reached() async throws {
        let lines = try await run(
            "export SSH_CONNECTION='192.0.2.9 40000 192.0.2.1 22'; step describe-host 1 | grep -E 'reached|shapers'")
        #expect(lines.contains("reached 192.0.2.1") && lines.contains { $0.hasPrefix("shapers") }, "\(lines)")
    }
}
