import Foundation
import Testing

@testable import Hosts

/// Hosts get exactly the files of `Sources/Hosts/Scripts`, which `scripts/check-shell` checks.
@Suite("Scripts are files") struct ScriptFileTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let folder = root.appending(path: "Sources/Hosts/Scripts")

    @Test("every file has a type, or is included by one that has")
    func files() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".sh") }
        #expect(Set(names) == Set(HostScript.allScripts.map { $0.name + ".sh" } + ["segment-hook.sh"]))
        #expect(HostScript.allScripts.count == Set(HostScript.allScripts.map(\.name)).count)
    }

    @Test("each script is assembled as scripts/host-script prints it", arguments: HostScript.allScripts.map(\.name))
    func whole(name: String) async throws {
        let script = try #require(HostScript.allScripts.first { $0.name == name })
        let result = try await Program(
            name: "sh", arguments: [Self.root.appending(path: "scripts/host-script").path, "\(name).sh"]
        ).run(seconds: 120)
        try #require(result.code == 0, "\(result.errors)")
        #expect(script.text.hasSuffix(result.output) && !result.output.contains("#include"))
        let before = script.text.dropLast(result.output.count).split(separator: "\n")
        #expect(before.allSatisfy { $0.hasPrefix("programs='") }, "\(before)")
    }

    @Test("an include of an unknown file stays as a line, and known files are included")
    func missing() {
        #expect(ScriptText.whole(Array("a\n#include none.sh\nb\n".utf8)) == "a\n#include none.sh\nb\n")
        #expect(ScriptText.whole(Array("#include shared/clock.sh\n".utf8)).contains("now() {"))
    }
}

extension HostScript {
    /// The scripts of all types.
    static let allScripts: [HostScript] = [
        AttachSegment.script, AwaitFlow.script, ConnectPort.script, DescribeHost.script, DetachSegment.script,
        DigestFile.script, EndFlow.script, FindBridge.script, FindOddDisks.script, GiveImage.script,
        InspectHost.script, ListDevices.script, ListenForFrame.script, ListFilters.script, LookAtDisk.script,
        MarkStorage.script, MeasureFiles.script, PowerOff.script, PrepareSegment.script, ProbeAddress.script,
        ProveLink.script, ProveReach.script, SendFlow.script, TakeImage.script, TellBoot.script,
        TellCompression.script, TellFlowGap.script, TryVNIs.script,
    ]
}
