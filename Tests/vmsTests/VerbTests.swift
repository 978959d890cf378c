import Testing
import VMSAPI

@testable import vms

struct VerbTests {
    private static let all: [any VerbName.Type] = [
        NodeAdd.self, NodeUpdate.self, NodeRemove.self, NodeCleanup.self, NodeList.self, NodeStatus.self,
        NodeMaintenance.self, NodeEvacuate.self, NodeShutdown.self, NodePrepare.self, NodeKey.self,
        Events.self,
        MachineCreate.self, MachineDestroy.self, MachineShutdown.self, MachineStart.self, MachinePause.self,
        MachineResume.self, MachineStatus.self,
        MachineList.self, MachineAdopt.self, MachineMigrate.self, SchedulerGet.self, SchedulerSet.self,
        vms.SchedulerType.self,
        NetworkPlan.self, NetworkCreate.self, NetworkApply.self, NetworkDiff.self, NetworkList.self, NetworkShow.self,
        NetworkVerify.self, NetworkMigrate.self,
        NetworkDestroy.self,
        ImageList.self, ImageShow.self, ImageUploads.self, ImageCancel.self, ImageRemove.self, ImageDefault.self,
        vms.ImageTag.self,
        ImageSweep.self,
        ImageOSes.self, ImageArches.self,
        ImageKernels.self,
        OperationList.self, OperationShow.self, OperationWatch.self, OperationCancel.self, OperationResolve.self,
    ]

    private func request(_ name: any VerbName.Type, _ words: [String]) throws -> String {
        let arguments = try VerbArguments(words, of: name.verb, settings: Settings(server: "s"))
        var builder = RequestBuilder(name.verb.service.requestDescription) { _ in "from a file" }
        for assignment in arguments.assignments { try builder.set(assignment) }
        return JSONWriter.text(of: try builder.request())
    }

    private func failure(_ name: any VerbName.Type, _ words: [String]) -> String? {
        #expect(throws: UsageError.self) { _ = try request(name, words) }?.description
    }

    @Test("Words without a name go to the places, options to their fields")
    func options() throws {
        #expect(
            try request(
                MachineCreate.self,
                ["h1", "--vm-ram", "96", "r1", "--vm-ip=10.0.0.1/24", "--async", "--no-transfer-disk", "--json"])
                == #"{"phyServer":"h1","vmName":"r1","vmIP":"10.0.0.1/24","vmRAM":96,"#
                + #""transferDisk":false,"async":true}"#)
        #expect(
            try request(
                NodeAdd.self,
                [
                    "h1", "--ip", "10.0.0.1", "--ip", "10.0.0.2", "--node-pk", "@key", "--trust-on-first-use",
                ])
                == #"{"Node":[{"NodeName":"h1","NodePK":"from a file","IP":["10.0.0.1","10.0.0.2"],"#
                + #""trustOnFirstUse":true}]}"#)
        #expect(try request(NodeRemove.self, ["a", "b", "c"]) == #"{"NodeName":["a","b","c"]}"#)
        #expect(try request(MachineStatus.self, ["--phy-server", "h1", "r1"]) == #"{"phyServer":"h1","vmName":"r1"}"#)
        #expect(try request(MachineStatus.self, ["h1", "--", "-r1"]) == #"{"phyServer":"h1","vmName":"-r1"}"#)
        #expect(try request(MachineStatus.self, ["h1", "@r1"]) == #"{"phyServer":"h1","vmName":"@r1"}"#)
        #expect(
            try request(SchedulerSet.self, ["h1", "r1", "--weight", "512", "--cap=-1"])
                == #"{"phyServer":"h1","vmName":"r1","weight":512,"cap":-1}"#)
        #expect(try request(OperationResolve.self, ["o1", "accept"]) == #"{"operation":"o1","resolution":"accept"}"#)
    }

    @Test("What every command can be told is not a field")
    func settings() throws {
        let arguments = try VerbArguments(
            ["--server", "http://h:1", "o1", "--progress", "--json"], of: OperationShow.verb,
            settings: Settings(server: "s"))
        #expect(arguments.settings == Settings(server: "http://h:1", isJSON: true, wantsProgress: true))
        #expect(arguments.assignments.count == 1)
    }

    @Test("What cannot be meant is refused in words")
    func refused() {
        #expect(
            failure(MachineCreate.self, ["h1", "r1", "--vm-rm", "1"])
                == "vm create has no option --vm-rm; did you mean --vm-ram, --vm-ip?")
        #expect(failure(NodeList.self, ["x"]) == "'x' is one word too many; 'vms node list --help' tells what it takes")
        #expect(failure(NodeAdd.self, ["h1", "--state", "up"])?.contains("has no option --state") == true)
        #expect(
            failure(MachineCreate.self, ["--vm-ram"])
                == "--vm-ram needs a value: number in MiB; from 1 to 16777216")
        #expect(failure(MachineCreate.self, ["--no-async=yes"]) == "--no-async is 'yes': must be true or false")
        #expect(failure(MachineStatus.self, ["h1", "r1", "--vm-name", "r2"])?.contains("one word too many") == true)
        #expect(failure(NodeList.self, ["--server"]) == "--server needs the server's address")
    }

    @Test("Every verb's places are fields of its service, and no option hides what every command can be told")
    func consistent() {
        for name in Self.all {
            let verb = name.verb
            #expect(verb.positions.allSatisfy { place in verb.fields.contains { $0.name == place } })
            let options = verb.fields.flatMap(\.spellings).map(\.kebab)
            #expect(Set(options).isDisjoint(with: ["server", "json", "progress", "help"]))
            if verb.way == .follow { #expect(verb.fields.contains { $0.name == "async" }) }
        }
        #expect(Set(Self.all.map { $0.verb.path }).count == Self.all.count)
    }

    @Test("Every service has a verb of its own, but the sanity test, and those whose commands do more than a verb's")
    func complete() {
        let covered = Set(Self.all.map { $0.verb.service.name })
        #expect(
            Set(ServiceList.all.map { $0.name }).subtracting(covered) == ["sanityTest", "addImage", "topologyDiscover"])
    }
}
