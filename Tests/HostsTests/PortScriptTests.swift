import Model
import Testing

@testable import Hosts

/// Scripts that read or use a host's network devices.
@Suite(
    "A host's ports and their traffic", .enabled(if: ScratchHost.isThere, ScratchHost.needs), .serialized,
    .timeLimit(.minutes(5)))
struct PortScriptTests {
    @Test("a bridge is found, another device with that name is not, and a device becomes its port")
    func bridge() async throws {
        let lines = try await ScratchHost.run(
            [FindBridge.script, ConnectPort.script],
            """
            step find-bridge br0
            ip link add br0 type bridge
            step find-bridge br0
            ip link add port type veth peer name wire
            step find-bridge port
            step connect-port br0 port
            readlink /sys/class/net/port/master
            """)
        #expect(lines == ["no", "yes", "no", "../br0"], "\(lines)")
    }

    @Test("a machine's frame is received, another machine's is ignored")
    func listening() async throws {
        let lines = try await ScratchHost.run(
            [ListenForFrame.script],
            """
            ip link add ear type veth peer name mouth address 02:00:00:00:00:07
            ip link set ear up; ip link set mouth up
            while :; do arping -D -q -c 1 -w 1 -I mouth 192.0.2.9; done &
            step listen-for-frame ear 02:00:00:00:00:07 arp 20
            step listen-for-frame ear 02:00:00:00:00:08 arp 1 | head -n 1
            (PATH=/nowhere; /bin/sh "$scratch/listen-for-frame" ear 02:00:00:00:00:07 arp 1)
            """)
        #expect(lines == ["heard", "silent", "missing"], "\(lines)")
    }

    @Test("devices of a link are listed with ports, peers and shapes, without guests' devices")
    func devices() async throws {
        let lines = try await ScratchHost.run(
            [ListDevices.script],
            #"""
            # A tc that prints shapes: not every kernel has them.
            mkdir /run/bin; PATH=/run/bin:$PATH
            cat >/run/bin/tc <<'END'
            #!/bin/sh
            printf %s '[{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"options":{}},{"kind":"netem",'
            echo '"handle":"7662:","dev":"vnet1","root":true,"options":{"delay":{"delay":0.002}}}]'
            END
            chmod 755 /run/bin/tc
            ip link add vms-001000 address 02:00:00:00:10:00 type bridge
            ip link set vms-001000 mtu 1450 up
            ip link add vmx-001000 type vxlan id 4096 local 192.0.2.1 dstport 4789
            ip link set vmx-001000 master vms-001000 up
            bridge fdb append 00:00:00:00:00:00 dev vmx-001000 dst 192.0.2.2
            ip link add vnet1 type veth peer name eth0
            ip link set vnet1 master vms-001000 up
            ip addr add 192.0.2.1/24 dev eth0
            step list-devices
            """#)
        #expect(!lines.contains { $0.hasPrefix("device vnet1") }, "\(lines)")
        let links = ListDevices().answer(lines.joined(separator: "\n"))
        let bridge = try #require(links.bridges.first { $0.name == "vms-001000" }, "\(lines)")
        #expect(bridge.ports.map(\.name) == ["vnet1"])
        #expect(bridge.ports.first?.shape?.delayMicroseconds == 2000)
        #expect(lines.contains("peer vmx-001000 192.0.2.2") && lines.contains("address eth0 192.0.2.1/24"))
    }

    @Test("packets that are lost during a migration are counted, and nothing of the flow remains")
    func flow() async throws {
        let lines = try await ScratchHost.run(
            [SendFlow.script, AwaitFlow.script, TellFlowGap.script, EndFlow.script],
            """
            ip link add vms-001000 type bridge; ip link set vms-001000 up
            ip netns add r1
            ip link add port1 type veth peer name eth0 netns r1
            ip link set port1 master vms-001000 up
            ip -n r1 link set lo up; ip -n r1 link set eth0 up; ip -n r1 addr add 10.0.0.1/24 dev eth0
            mac=02:76:00:10:00:00
            step send-flow vms-001000 1500 10.0.0.2/24 $mac 10.0.0.1 60 >"$scratch/flow" &
            step await-flow $mac
            ip link set port1 nomaster
            until [ "$(step tell-flow-gap $mac)" -ge 300 ]; do :; done
            ip link set port1 master vms-001000
            step end-flow $mac
            wait
            step tell-flow-gap $mac | sed 's/^/gap /'
            ls /run | grep vmsp; ip netns list | grep vmsp; ls /sys/class/net | grep vmsp
            cat "$scratch/flow"
            """)
        #expect(lines.first == "yes" && lines.dropFirst().first?.hasPrefix("answer 1 ") == true, "\(lines)")
        let flow = MoveFlow(
            link: "ab", host: Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil),
            bridge: "vms-001000", mtu: 1500, source: nil, sourceMAC: MACAddress("02:76:00:10:00:00"),
            target: IPAddress(bytes: [10, 0, 0, 1]))
        let loss = try #require(FlowAnswers(lines.joined(separator: "\n")).loss(of: flow))
        #expect(loss.packetsLost > 0 && loss.longestGapMilliseconds >= 300, "\(lines)")
        #expect(TellFlowGap(flow).answer("312\n") == 312 && TellFlowGap(flow).answer("") == nil)
        #expect(AwaitFlow(flow).answer("yes\n") && !AwaitFlow(flow).answer("no\n"))
    }
}
