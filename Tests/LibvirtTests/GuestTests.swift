import Glibc
import Testing

@testable import Libvirt

/// A guest of QEMU's own emulation, for the counters that only a real hypervisor has.
@Suite(
    .enabled(if: PrivateDaemon.isPossible, Comment(rawValue: PrivateDaemon.obstacle ?? "possible")),
    .enabled(if: access("/usr/bin/qemu-system-x86_64", X_OK) == 0, "qemu-system-x86_64 is not installed"),
    .timeLimit(.minutes(3)))
struct GuestTests {
    @Test func aGuestRunsAndIsCounted() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri, callDeadline: .seconds(120))
        #expect(try await connection.driverType() == "QEMU")
        let pool = try await connection.defineDirectoryPool(named: "images", path: "\(daemon.path)/pool")
        let disk = try await pool.createVolume(
            xml: "<volume><name>disk</name><capacity>1048576</capacity>"
                + "<target><format type='raw'/></target></volume>")
        let network = try await connection.createNetwork(
            xml: "<network><name>link</name><bridge name='lvr-guest'/></network>")
        let events = try await connection.lifecycleEvents()
        let identity = try await connection.defineDomain(xml: Self.guest(disk: try await disk.path()))
        let domain = connection.domain(identity)
        try await domain.setMetadata("<mark id='7'/>", namespace: "urn:example:mark", prefix: "m")
        try await domain.start(paused: true)
        #expect(try await domain.state().state == .paused)
        try await domain.resume()
        #expect(try await domain.info().state == .running)
        #expect(try await domain.metadata("urn:example:mark", scope: .live)?.contains("id=\"7\"") == true)
        let interface = try await domain.interfaceStatistics("lvr-tap")
        #expect(interface.sentBytes != nil)
        #expect(interface.receiveErrors == 0)
        #expect(try await domain.blockStatistics("vda").writtenBytes == 0)
        #expect(try await domain.blockInfo("vda").capacity == 1 << 20)
        #expect(try await domain.jobInfo().kind == .none)
        // This libvirtd may not use cgroups, so it has no scheduler to set.
        await #expect { try await domain.schedulerType() } throws: { $0 ~=~ .operationInvalid }
        await #expect {
            try await domain.setSchedulerParameters(["cpu_shares": .uint64(512)])
        } throws: {
            $0 ~=~ .operationInvalid
        }
        await #expect {
            try await domain.migrate(to: connection, options: .live)
        } throws: {
            ($0 as? LibvirtError)?.call == "virDomainMigrate3"
        }
        try await domain.reset()
        try await domain.destroy()
        try await domain.undefine()
        var kinds: [DomainEvent.Kind?] = []
        for await event in events {
            kinds.append(event.kind)
            if event.kind == .undefined { break }
        }
        #expect(kinds.first == .defined)
        #expect(kinds.suffix(2) == [.stopped, .undefined])
        #expect(kinds.contains(.started) && kinds.contains(.resumed))
        try await network.destroy()
        #expect(await connection.closeCountingReferences() == 0)
    }

    private static func guest(disk: String) -> String {
        """
        <domain type="qemu">
          <name>guest</name><memory unit="MiB">32</memory><vcpu>1</vcpu>
          <os><type arch="x86_64" machine="pc">hvm</type></os>
          <features><acpi/><tcg><tb-cache unit="MiB">32</tb-cache></tcg></features>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type="file"><driver type="raw"/><source file="\(xmlEscaped(disk))"/>
              <target dev="vda" bus="virtio"/></disk>
            <interface type="network"><source network="link"/><target dev="lvr-tap"/>
              <model type="virtio"/></interface>
            <memballoon model="none"/>
          </devices>
        </domain>
        """
    }
}
