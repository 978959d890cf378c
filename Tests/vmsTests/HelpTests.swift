import ArgumentParser
import FoundationEssentials
import Testing
import VMSAPI

@testable import vms

/// Help against golden files; `VMS_WRITE_GOLDEN=1` writes them.
struct HelpTests {
    private func golden(_ name: String, _ text: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["VMS_WRITE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("The program") func program() throws {
        try golden("vms.txt", VMSCommand.helpMessage(columns: 80))
    }

    @Test("A short command") func verb() throws {
        try golden("vms-vm-create.txt", VerbHelp.text(of: try .named("vm create")))
    }

    @Test("A short command of a structure's fields") func inside() throws {
        try golden("vms-node-add.txt", VerbHelp.text(of: try .named("node add")))
    }

    @Test("A service") func service() throws {
        try golden(
            "setVirtualMachineSchedulerParameters.txt",
            ServiceHelp.text(for: SetVirtualMachineSchedulerParameters.self))
    }

    @Test("Nothing is wider than 80 columns", arguments: ServiceList.all.indices)
    func width(index: Int) {
        let lines = ServiceHelp.text(for: ServiceList.all[index]).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
    }
}
