import Model
import Testing

@testable import Hosts

@Suite("Whether a host may be shut down, and is off")
struct PowerTests {
    private static let kernel = "cc78ac49-adb9-4a4e-a7b3-aeab46bb27cc"
    private static let first = "pid:[4026531836]"

    private func answer(_ kernel: String = kernel, _ space: String? = first) -> PowerAnswer {
        PowerAnswer("boot \(kernel).84032\n" + (space.map { "space \($0)\n" } ?? "") + "way shutdown -h -P now\n")
    }

    @Test("another machine may be shut down, and a container on our machine that is a host")
    func others() {
        let own = OwnMachine(kernel: Self.kernel, space: Self.first)
        #expect(!answer("00000000-adb9-4a4e-a7b3-aeab46bb27cc").isOurs(own))
        #expect(!answer(Self.kernel, "pid:[4026532253]").isOurs(own))
        #expect(answer().boot == HostBoot(Self.kernel + ".84032") && answer().canShutDown)
    }

    @Test("the machine on which this server runs may not be shut down, nor one that may be it")
    func ours() {
        #expect(answer().isOurs(OwnMachine(kernel: Self.kernel, space: Self.first)))
        // The server runs in a container and reaches its own machine from there.
        #expect(answer().isOurs(OwnMachine(kernel: Self.kernel, space: "pid:[4026532999]")))
        #expect(answer(Self.kernel, "pid:[1]").isOurs(OwnMachine(kernel: Self.kernel, space: "pid:[1]")))
        #expect(answer(Self.kernel, nil).isOurs(OwnMachine(kernel: Self.kernel, space: Self.first)))
        #expect(answer().isOurs(OwnMachine(kernel: nil, space: Self.first)))
        #expect(OwnMachine().kernel != nil && OwnMachine().space != nil)
    }

    @Test("a host without a program to shut it down reports none")
    func noWay() {
        #expect(!PowerAnswer("boot a.1\nspace b\n").canShutDown)
        #expect(PowerAnswer("boot \nspace b\n").boot == nil)
    }

    @Test(
        "a host that refuses a connection is still on",
        arguments: [
            ("ssh: connect to host 192.0.2.1 port 22: Connection timed out", true),
            ("ssh: connect to host 192.0.2.1 port 22: No route to host", true),
            ("ssh: connect to host 192.0.2.1 port 22: Connection refused", false),
            ("Connection timed out during banner exchange", false),
            ("kex_exchange_identification: Connection closed by remote host", false),
            ("ssh: Could not resolve hostname h1: Temporary failure in name resolution", false),
        ])
    func silence(errors: String, isSilent: Bool) {
        #expect(SSHTarget.isSilence(errors) == isSilent)
    }

    @Test("a network device is accepted as argument only if a shell cannot interpret its name")
    func device() throws {
        for name in ["eth0", "vms-000001", "br.7", "a_b", "x"] { #expect(try HostArgument(device: name).text == name) }
        for name in ["", "-s", "a b", "$(x)", "a;b", "a'b", "a\nb", "a/b", "é", "abcdefghijklmnop"] {
            #expect(throws: Refusal.self, "\(name)") { try HostArgument(device: name) }
        }
    }

    @Test("a boot is accepted as argument only if a shell cannot interpret it")
    func argument() throws {
        #expect(try HostArgument(HostBoot(Self.kernel + ".84032")).text == Self.kernel + ".84032")
        for text in ["", "-s", "a b", "$(x)", "a;b", "a'b"] {
            #expect(throws: Refusal.self) { try HostArgument(HostBoot(text)) }
        }
    }
}
