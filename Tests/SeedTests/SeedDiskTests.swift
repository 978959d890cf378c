import Foundation
import Hosts
import Model
import Testing

@Suite("Seed disk")
struct SeedDiskTests {
    @Test("the same seed gives the same bytes, no smaller than BusyBox reads")
    func deterministic() throws {
        let seed = try exampleSeed()
        let image = SeedDisk.image(of: seed)
        #expect(image == SeedDisk.image(of: seed))
        #expect(image.count == 128 * 1024)
        var other = seed
        other.hostName = "r2"
        #expect(SeedDisk.image(of: other) != image)
    }

    @Test(
        "a file that is larger than a sector pushes the next one on",
        .enabled(if: has("isoinfo"), "isoinfo is not installed"))
    func largeFile() async throws {
        let seed = try exampleSeed(addresses: 5000)
        let config = try #require(seed.files.first { $0.name == "network-config" }).text
        #expect(config.utf8.count > 100_000)
        let image = SeedDisk.image(of: seed)
        #expect(image.count == (27 + (config.utf8.count + 2047) / 2048) * 2048)
        try await withImageFile(image) { path in
            let read = try run("isoinfo", "-i", path, "-J", "-x", "/network-config;1")
            #expect(read == config)
            let next = try run("isoinfo", "-i", path, "-J", "-x", "/user-data;1")
            #expect(next == "#cloud-config\n{}\n")
        }
    }

    @Test("isoinfo reads label, names and files back", .enabled(if: has("isoinfo"), "isoinfo is not installed"))
    func isoinfo() async throws {
        let seed = try exampleSeed()
        try await withImageFile(SeedDisk.image(of: seed)) { path in
            let description = try run("isoinfo", "-d", "-i", path)
            #expect(description.contains("Volume id: cidata\n"))
            #expect(description.contains("Joliet with UCS level 3 found"))
            #expect(description.contains("Volume size is: 64\n"))
            let names = try run("isoinfo", "-f", "-J", "-i", path).split(separator: "\n").sorted()
            #expect(names == ["/meta-data;1", "/network-config;1", "/user-data;1"])
            let plain = try run("isoinfo", "-f", "-i", path).split(separator: "\n").sorted()
            #expect(plain == ["/META_DATA.;1", "/NETWORK_CONFIG.;1", "/USER_DATA.;1"])
            for file in seed.files {
                #expect(try run("isoinfo", "-i", path, "-J", "-x", "/\(file.name);1") == file.text)
            }
        }
    }

    @Test("xorriso finds label and files", .enabled(if: has("xorriso"), "xorriso is not installed"))
    func xorriso() async throws {
        let seed = try exampleSeed()
        try await withImageFile(SeedDisk.image(of: seed)) { path in
            let found = try run("xorriso", "-indev", path, "-find", "/", "-type", "f", "-exec", "lsdl")
            for file in seed.files {
                let line = try #require(found.split(separator: "\n").first { $0.hasSuffix("'/\(file.name)'") })
                #expect(line.split(separator: " ").contains("\(file.text.utf8.count)"))
            }
            #expect(try run("xorriso", "-indev", path, "-pvd_info").contains("cidata"))
        }
    }

    @Test("blkid reads type and label", .enabled(if: has("blkid"), "blkid is not installed"))
    func blkid() async throws {
        try await withImageFile(SeedDisk.image(of: try exampleSeed())) { path in
            let told = try run("blkid", "-p", "-o", "export", path)
            #expect(told.contains("LABEL=cidata\n"))
            #expect(told.contains("TYPE=iso9660"))
        }
    }

    @Test(
        "Linux mounts it and lists the files by their own names",
        .enabled(if: canMount(), "no root, or no loop mount"))
    func mounted() async throws {
        let seed = try exampleSeed()
        try await withImageFile(SeedDisk.image(of: seed)) { path in
            let folder = path + ".mounted"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            _ = try run("mount", "-t", "iso9660", "-o", "loop,ro", path, folder)
            defer { _ = try? run("umount", folder) }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(names == ["meta-data", "network-config", "user-data"])
            for file in seed.files {
                #expect(try String(contentsOfFile: "\(folder)/\(file.name)", encoding: .utf8) == file.text)
            }
        }
    }
}

private func exampleSeed(addresses count: Int = 1) throws -> Seed {
    let addresses = try (1...count).map { index in
        try InterfaceAddress("10.\(index / 250).\(index % 250).1/24", subject: .address)
    }
    return Seed(
        instance: MachineID("6f1c0f0e-38c2-4b3e-9d53-2c8f3f3c1a11"), hostName: "r1",
        interfaces: [.init(mac: MACAddress("52:54:00:00:00:01"), addresses: addresses)])
}

private func withImageFile(_ image: [UInt8], _ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("seed.iso")
    try Data(image).write(to: file)
    try await body(file.path)
}

private struct CommandFailed: Error {
    var words: String
}

/// What a command prints on both outputs.
private func run(_ command: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"] + command
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw CommandFailed(words: "\(command): \(process.terminationStatus): \(complaints)")
    }
    return text
}

private func has(_ program: String) -> Bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
}

/// Tries whether this process may mount at all, with an image that another program made.
private func canMount() -> Bool {
    guard geteuid() == 0, has("genisoimage"), has("mount") else { return false }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mount-\(UUID().uuidString)")
    let tree = folder.appendingPathComponent("tree")
    try? FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
        _ = try run("genisoimage", "-quiet", "-o", "\(folder.path)/try.iso", tree.path)
        _ = try run("mount", "-t", "iso9660", "-o", "loop,ro", "\(folder.path)/try.iso", tree.path)
        _ = try run("umount", tree.path)
        return true
    } catch {
        return false
    }
}
