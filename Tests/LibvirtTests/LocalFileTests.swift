import Foundation
import Testing

@testable import Libvirt

@Suite("The data of a file with holes")
struct DataExtentsTests {
    @Test func counts() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        let mebibyte: UInt64 = 1 << 20
        // Data in the first, third and fourth of eight MiB.
        for place in [0, 2, 3] {
            try file.seek(toOffset: UInt64(place) << 20)
            try file.write(contentsOf: Data(repeating: 7, count: 1 << 20))
        }
        try file.truncate(atOffset: 8 << 20)
        func bytes(_ part: Range<UInt64>) throws -> UInt64 { try LocalFile(reading: path).dataBytes(in: part) }
        #expect(try bytes(0..<(8 * mebibyte)) == 3 * mebibyte)
        #expect(try bytes((mebibyte / 2)..<(5 * mebibyte / 2)) == mebibyte)
        #expect(try bytes(mebibyte..<(2 * mebibyte)) == 0)
        #expect(try bytes((4 * mebibyte)..<(8 * mebibyte)) == 0)
        #expect(try bytes((8 * mebibyte)..<(8 * mebibyte)) == 0)
    }

}
