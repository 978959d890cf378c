import Testing

@testable import Model

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("::ffff:1.2.3.4", "::ffff:102:304"), ("fe80::", "fe80::"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func readsAndWritesTheCanonicalText(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", "a.b.c.d", ":", ":::", "1::2::3",
        "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3", "1.2.3.4::", "g::1", "fe80::1%eth0", "+1::",
    ])
    func refusesWhatIsNoAddress(text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1/24"), ("10.0.0.0/31", "10.0.0.0/31"), ("10.0.0.255/32", "10.0.0.255/32"),
        ("10.0.0.1/8", "10.0.0.1/8"), ("2001:db8::1", "2001:db8::1/64"),
    ])
    func givesThePrefixThatIsMeant(text: String, whole: String) throws {
        #expect(try InterfaceAddress(text, subject: .address).description == whole)
    }

    @Test(arguments: [
        ("10.0.0.0", "network address"), ("10.0.0.255", "broadcast address"), ("10.255.255.255/8", "broadcast"),
        ("0.0.0.0", "unspecified"), ("127.0.0.1", "loopback"), ("224.0.0.1", "224.0.0.0"), ("::1", "loopback"),
        ("ff02::1", "multicast"), ("2001:db8::", "network address"), ("10.0.0.1/0", "from 1 to 32"),
        ("10.0.0.1/33", "from 1 to 32"), ("::2/129", "from 1 to 128"), ("10.0.0.1/+8", "prefix"), ("x/24", "IPv4"),
    ])
    func saysWhyAnAddressCannotBeAMachines(text: String, why: String) {
        #expect {
            try InterfaceAddress(text, subject: .address)
        } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .invalidAddress && refusal?.subject == .address
                && refusal?.reason.contains(why) == true && refusal?.reason.contains(text) == true
        }
    }

    @Test("the link's prefix, not the usual one, decides whether a machine may have an address")
    func judgedByItsLink() throws {
        let wide = try IPPrefix("10.1.0.0/16", subject: .field("prefix"))
        for text in ["10.1.1.0", "10.1.1.255", "10.1.255.0", "10.1.0.255"] {
            #expect(try InterfaceAddress(IPAddress(text)!, in: wide, subject: .field("a")).description == "\(text)/16")
            #expect(try InterfaceAddress("\(text)/16", subject: .field("a")).description == "\(text)/16")
        }
        for text in ["10.1.0.0", "10.1.255.255"] {
            #expect(throws: Refusal.self) { try InterfaceAddress(IPAddress(text)!, in: wide, subject: .field("a")) }
        }
    }

    @Test(arguments: [
        ("fe80::1", true), ("febf::1", true), ("fec0::1", false), ("169.254.0.1", true), ("169.255.0.1", false),
        ("10.0.0.1", false), ("fd00::1", false),
    ])
    func knowsWhatIsALinksOwn(text: String, isLocal: Bool) { #expect(IPAddress(text)?.isLinkLocal == isLocal) }

    @Test func aMACAddressIsStableAndUnique() {
        let id = MachineID("00000000-0000-4000-8000-000000000001")
        let first = MACAddress(machine: id, interface: 0, hypervisor: .qemu) { _ in false }
        #expect(first == MACAddress(machine: id, interface: 0, hypervisor: .qemu) { _ in false })
        #expect(first.description.hasPrefix("52:54:00:") && first.description.utf8.count == 17)
        #expect(MACAddress(machine: id, interface: 0, hypervisor: .qemu) { $0 == first } != first)
        #expect(MACAddress(machine: id, interface: 1, hypervisor: .qemu) { _ in false } != first)
        #expect(
            MACAddress(machine: id, interface: 0, hypervisor: .xen) { _ in false }.description.hasPrefix("00:16:3e:"))
    }
}
