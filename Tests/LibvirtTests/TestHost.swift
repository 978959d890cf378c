import Libvirt

/// libvirt's in-process hypervisor, with a separate host for each test.
enum TestHost {
    /// A host of 8 GiB and four processors with one running domain and one pool.
    static let xml = """
        <node>
          <cpu>
            <mhz>2400</mhz><model>x86_64</model><active>4</active>
            <nodes>1</nodes><sockets>1</sockets><cores>2</cores><threads>2</threads>
          </cpu>
          <memory>8388608</memory>
          <domain type="test">
            <name>first</name><uuid>11111111-2222-3333-4444-555555555555</uuid>
            <memory>131072</memory><vcpu>2</vcpu><os><type>hvm</type></os>
          </domain>
          <network>
            <name>link</name><uuid>22222222-2222-3333-4444-555555555555</uuid><bridge name="link0"/>
          </network>
          <pool type="dir">
            <name>images</name><uuid>33333333-2222-3333-4444-555555555555</uuid>
            <target><path>/images</path></target>
          </pool>
        </node>
        """

    /// Runs `body` with a connection to a fresh host, and closes it.
    static func with<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let scratch = try Scratch()
        let connection = try await Connection.open("test://\(try scratch.write("host.xml", xml))")
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// A small domain's definition.
    static func domain(named name: String) -> String {
        """
        <domain type="test"><name>\(name)</name><memory unit="KiB">65536</memory><vcpu>1</vcpu>
        <os><type>hvm</type></os></domain>
        """
    }
}
