import Foundation
import Testing

@testable import Hosts

/// What hosts are sent is what stands in `Sources/Hosts/Scripts`, and what `scripts/check-shell` looks at.
@Suite("Scripts are files") struct ScriptFileTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let folder = root.appending(path: "Sources/Hosts/Scripts")

    @Test("every file has a face, or is included by one that has")
    func files() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".sh") }
        #expect(Set(names) == Set(HostScript.faces.map { $0.name + ".sh" } + ["segment-hook.sh"]))
        #expect(HostScript.faces.count == Set(HostScript.faces.map(\.name)).count)
    }

    @Test("each is put together as scripts/host-script prints it", arguments: HostScript.faces.map(\.name))
    func whole(name: String) async throws {
        let script = try #require(HostScript.faces.first { $0.name == name })
        let told = try await Program(
            name: "sh", arguments: [Self.root.appending(path: "scripts/host-script").path, "\(name).sh"]
        ).run(seconds: 120)
        try #require(told.code == 0, "\(told.errors)")
        #expect(script.text.hasSuffix(told.output) && !told.output.contains("#include"))
        let before = script.text.dropLast(told.output.count).split(separator: "\n")
        #expect(before.allSatisfy { $0.hasPrefix("programs='") }, "\(before)")
    }

    @Test("one that cannot be found stays as a line, and files that include each other end")
    func missing() {
        #expect(ScriptText.whole(Array("a\n#include none.sh\nb\n".utf8)) == "a\n#include none.sh\nb\n")
        #expect(ScriptText.whole(Array("#include shared/clock.sh\n".utf8)).contains("now() {"))
    }
}

extension HostScript {
    /// Of every face.
    static let faces: [HostScript] = [
        AttachSegment.script, AwaitFlow.script, ConnectPort.script, DescribeHost.script, DetachSegment.script,
        DigestFile.script, EndFlow.script, FindBridge.script, FindOddDisks.script, GiveImage.script,
        InspectHost.script, ListDevices.script, ListenForFrame.script, ListFilters.script, LookAtDisk.script,
        MarkStorage.script, MeasureFiles.script, PowerOff.script, PrepareSegment.script, ProbeAddress.script,
        ProveLink.script, ProveReach.script, SendFlow.script, TakeImage.script, TellBoot.script,
        TellCompression.script, TellFlowGap.script, TryVNIs.script,
    ]
}
