import Model
import Testing
import VMSAPI

@testable import HTTP

/// The contract's field names for the subjects of refusals.
struct RefusalSpellingTests {
    @Test("The subject and the words of a refusal have the fields' names on the wire")
    func fault() {
        let refusal = Refusal(
            .hostInMaintenance, .destinationHost,
            "\(.destinationHost) is 'h1': give \(.transfersDisk)=false and \(.diskPath), or leave \(.gap) out",
            value: "h1")
        let fault = ServiceFailure(refusal).fault
        #expect(fault.field == "destPhyServer" && fault.value == "h1")
        #expect(
            fault.reason == "destPhyServer is 'h1': give transferDisk=false and diskPath, or leave maxGap out")
        #expect(ServiceFailure(Refusal(.internalError, "words")).fault.field == nil)
    }

    @Test(
        "Subjects have the names of the contract's fields",
        arguments: [
            (.host, "phyServer"), (.sourceHost, "sourcePhyServer"), (.destinationHost, "destPhyServer"),
            (.hostName, "NodeName"), (.hostAddress, "IP"), (.hostKey, "NodePK"), (.trust, "trustOnFirstUse"),
            (.uri, "uri"), (.underlay, "underlay"), (.storagePool, "storagePool"), (.machineName, "vmName"),
            (.machineNames, "VMName"), (.address, "vmIP"), (.memory, "vmRAM"),
            (.vcpus, "vcpus"), (.guestType, "guestType"), (.hypervisor, "hypervisor"), (.interface, "netInterface"),
            (.pool, "pool"), (.diskPath, "diskPath"), (.transfersDisk, "transferDisk"),
            (.dropsSavedMemory, "dropSavedMemory"), (.waitFor, "waitFor"),
            (.timeout, "timeout"), (.weight, "weight"), (.cap, "cap"), (.bandwidth, "bandwidth"),
            (.downtime, "maxDowntime"), (.gap, "maxGap"), (.deadline, "deadline"), (.onDeadline, "onDeadline"),
            (.machines, "machines"), (.image, "image"), (.os, "os"), (.arch, "arch"),
            (.kernelVersion, "kernelVersion"), (.stack, "stack"), (.tag, "tag"),
            (.manifest, "manifest"), (.file, "file"), (.size, "size"), (.digest, "digest"), (.upload, "upload"),
            (.networkName, "networkName"), (.router, "router"), (.link, "link"), (.mtu, "mtu"), (.plan, "plan"),
            (.hostCount, "nodeCount"), (.operation, "operation"),
        ] as [(Refusal.Subject, String)])
    func fields(subject: Refusal.Subject, name: String) {
        #expect(subject.field == name)
        #expect(Self.contract.contains(subject.field))
    }

    @Test("A place without a field of its own is described in words")
    func places() throws {
        let prefix = try IPPrefix("10.0.0.0/30", subject: .linkPrefix(link: "ab"))
        #expect(Refusal.Subject.linkPrefix(link: "ab").field == "link 'ab', prefix")
        #expect(Refusal.Subject.linkAddress(link: "ab", router: "r1").field == "link 'ab', address of 'r1'")
        #expect(
            Refusal.Subject.chosenAddress(link: "ab", prefix: prefix).field
                == "link 'ab', prefix 10.0.0.0/30: an address of it")
        #expect(Refusal.Subject.field("Node[1].IP").field == "Node[1].IP")
        // Subjects from an image's manifest, from a record, which no request contains, and a header of the upload
        // protocol.
        #expect(Refusal.Subject.version.field == "version")
        #expect(Refusal.Subject.machineID.field == "UUID")
        #expect(Refusal.Subject.uploadOffset.field == "Upload-Offset")
    }

    /// Names of all fields of all requests, and their aliases.
    private static let contract: Set<String> = {
        var names: Set<String> = []
        func add(_ message: MessageDescription) {
            for field in message.fields {
                names.formUnion([field.name] + field.aliases)
                if case .message(let inner) = field.kind { add(inner) }
            }
        }
        for service in ServiceList.all { add(service.description) }
        return names
    }()
}
