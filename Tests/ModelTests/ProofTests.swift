import Testing

@testable import Model

/// The observations that a start waits for, by the caller's request and the image's abilities.
@Suite struct ProofTests {
    private func proof(_ addressing: Image.Addressing, probe: Bool = true, hears: Bool = true) throws -> Proof {
        var survey = HostSurvey(
            hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
            cpus: 2, coresPerSocket: 2, memoryKiB: 1, freeMemory: 1, arch: "x86_64", domainTypes: ["qemu"], bridges: [],
            pools: [], domains: [], storesVolumes: true, probesAddresses: true)
        survey.capturesFrames = hears
        return Proof(
            machine: .init(id: MachineID("id-1"), name: "r1"), bridge: "br0",
            address: try InterfaceAddress("10.0.0.1", subject: .address), mac: MACAddress("52:54:00:00:00:01"),
            addressing: addressing, probe: probe ? .init(protocolName: "rip", frames: "udp port 520") : nil,
            seconds: 60, survey: survey)
    }

    @Test(arguments: [
        (Image.Addressing.ipv4, MachineRequest.WaitFor.address, ["checkAddressFree"], ["proveAddress"]),
        (.ipv4, .stack, ["checkAddressFree"], ["proveAddress", "proveStack"]),
        (.ipv4, .started, ["checkAddressFree"], []),
        (.none, .address, [], ["proveStack"]),
        (.none, .stack, [], ["proveStack"]),
    ])
    func steps(
        addressing: Image.Addressing, waitFor: MachineRequest.WaitFor, before: [String], after: [String]
    ) throws {
        let proof = try proof(addressing)
        #expect(proof.before.map(\.name) == before)
        #expect(try proof.after(waitFor).map(\.name) == after)
    }

    @Test func anImpossibleProofIsRefused() throws {
        for proof in [try proof(.none, probe: false), try proof(.none, hears: false)] {
            do throws(Refusal) {
                _ = try proof.after(.address)
                Issue.record("was not refused")
            } catch {
                #expect(error.code == .notOffered && error.subject == .waitFor)
            }
        }
    }

    @Test(arguments: ["udp port 520", "ether proto 0x4305", "ip6 proto 89"])
    func filters(text: String) { #expect(Image.Probe.isFilter(text)) }

    @Test(arguments: ["", "-w /etc/passwd", "udp; reboot", "udp $(id)", "udp,port", "a'b", "a\nb"])
    func noFilters(text: String) { #expect(!Image.Probe.isFilter(text)) }
}
