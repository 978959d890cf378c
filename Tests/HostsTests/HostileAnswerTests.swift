import Foundation
import FuzzTargets
import Model
import Testing

@testable import Hosts

/// Feeds every parser of a host's answer (`fuzz/Targets`) with output that no sane host prints. A parser that traps
/// ends this process.
@Suite("Hosts that answer anything") struct HostileAnswerTests {
    private static let names = FuzzTarget.all.filter(\.isHosts).map(\.name)
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "fuzz/corpus")

    private static let words = [
        "", "-", "0", "-0", "-1", "9223372036854775808", "9223372036854775807", "18446744073709551615",
        "-9223372036854775808", "-9223372036854775809", "inf", "-inf", "nan", "1e300", "-1e300", "0x", "\u{0}",
        "\u{1B}[2J",
        "\u{7F}", "\u{2028}", "::", "/", "\u{FEFF}x",
    ]

    /// Returns good answers for a target, from the fuzzer's corpus.
    private static func good(_ name: String) throws -> [[UInt8]] {
        let files = try FileManager.default.contentsOfDirectory(
            at: corpus.appending(path: name), includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
    }

    private func target(_ name: String) throws -> FuzzTarget {
        try #require(FuzzTarget.all.first { $0.name == name })
    }

    @Test("each target has good answers") func corpus() throws {
        for target in FuzzTarget.all { #expect(try !Self.good(target.name).isEmpty, "\(target.name)") }
    }

    @Test("answers that are cut off after every byte, or have other bytes", .timeLimit(.minutes(10)), arguments: names)
    func bytes(name: String) throws {
        let target = try target(name)
        for good in try Self.good(name) {
            for count in 0...good.count {
                target.run(Array(good[..<count]))
                // Not UTF-8.
                target.run(good[..<count] + [0xFF, 0xC0, 0x80] + good[count...])
            }
            target.run(Array(good.reversed()))
        }
        target.run([])
        target.run([UInt8](repeating: 0xFF, count: 4096))
    }

    @Test(
        "answers with missing, additional and wrong words", .timeLimit(.minutes(10)),
        arguments: names)
    func words(name: String) throws {
        let target = try target(name)
        for good in try Self.good(name) {
            let parts = Self.split(good)
            for index in parts.indices {
                var changed = parts
                changed.remove(at: index)
                target.run(Array(changed.joined()))
                for word in Self.words {
                    changed = parts
                    changed[index] = Array(word.utf8)
                    target.run(Array(changed.joined()))
                }
                changed = parts
                changed[index] += Array(" 9 x".utf8)
                target.run(Array(changed.joined()))
            }
        }
    }

    @Test("a mebibyte in one line, and a hundred thousand lines", .timeLimit(.minutes(10)), arguments: names)
    func much(name: String) throws {
        let target = try target(name)
        for good in try Self.good(name) {
            target.run(good + [UInt8](repeating: UInt8(ascii: "9"), count: 1 << 20))
            target.run(good + Array(String(repeating: " 9", count: 1 << 15).utf8))
            // The maximum output of a script.
            let lines = good.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
            guard !lines.isEmpty else { continue }
            var (many, index) = ([UInt8](), 0)
            while many.count < 1 << 20, index < 100_000 {
                many += lines[index % lines.count]
                index += 1
            }
            target.run(many)
        }
        target.run([UInt8](repeating: UInt8(ascii: "\n"), count: 100_000))
    }

    /// Splits bytes into words and numbers, and the separators between them.
    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var wasWord: Bool?
        for byte in bytes {
            let isWord = !" \t\n<>='\"{}[],/".utf8.contains(byte)
            if isWord == wasWord { parts[parts.count - 1].append(byte) } else { parts.append([byte]) }
            wasWord = isWord
        }
        return parts
    }
}

/// Impossible figures are left out, or reported as such.
@Suite struct ImpossibleFigureTests {
    @Test("a clock without a valid time is reported", arguments: ["nan", "inf", "1e300", "-5", "x", ""])
    func clock(figure: String) {
        let check = LibvirtHosts.checks("clock\t\(figure)\n").first
        #expect(check?.name == "clock" && check?.verdict == .warning && check?.found.contains("no valid time") == true)
    }

    @Test("an address whose interface has an impossible MTU is left out")
    func mtu() {
        let description = HostDescription(
            """
            address 192.0.2.1 -9223372036854775808
            address 192.0.2.2 18446744073709551615
            address 192.0.2.3 nan
            address 192.0.2.4 1500
            """)
        #expect(description.addresses.map(\.address.description) == ["192.0.2.4"])
    }

    @Test("impossible packets and times are not counted")
    func flow() throws {
        let output = """
            sent 18446744073709551615
            answer -9223372036854775808 1
            answer 1 100
            answer 2 nan
            answer 3 inf
            answer 4 1e300
            answer 5 100.5
            """
        let loss = try #require(
            FlowAnswers(output).loss(
                of: MoveFlow(
                    link: "ab", host: Model.Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil),
                    bridge: "b", mtu: 1500, source: nil, sourceMAC: MACAddress("02:00:00:00:00:01"),
                    target: IPAddress(bytes: [10, 0, 0, 1]))))
        #expect(loss.packetsSent == 5 && loss.packetsLost == 3 && loss.longestGapMilliseconds == 500)
    }

    @Test("an impossible shape is ignored", arguments: ["1e300", "-1", "1e999"])
    func shape(figure: String) {
        #expect(ShapingQdisc(json: #"{"dev":"vnet0","options":{"delay":{"delay":\#(figure)}}}"#) == nil)
        #expect(ShapingQdisc(json: #"{"dev":"vnet0","options":{"loss-random":{"loss":\#(figure)}}}"#) == nil)
        #expect(
            ShapingQdisc(json: #"{"dev":"vnet0","options":{"delay":{"delay":0.01}}}"#)?.shape.delayMicroseconds
                == 10_000)
    }

    @Test("a position after the file's end or before its beginning is ignored")
    func transfer() {
        #expect(TakeAnswer.reached("at 10 5", of: 10)?.done == 10)
        for line in ["at 11 5", "at -1 5", "at 5 11", "at 9223372036854775808 1", "at 1", "at nan 1"] {
            #expect(TakeAnswer.reached(line, of: 10) == nil, "\(line)")
        }
        #expect(TakeAnswer.rate("rate 1000 100") == 1000)
        for line in ["rate inf 1", "rate nan 1", "rate 1e300 1", "rate -1 1", "rate 1"] {
            #expect(TakeAnswer.rate(line) == nil, "\(line)")
        }
    }

    @Test("an offer with an invalid port is ignored", arguments: ["0", "65536", "-1", "18446744073709551615", "nan"])
    func port(figure: String) {
        let key = "AAAAC3NzaC1lZDI1NTE5AAAAIJmoLIlRMtAF9yfGBsRBb+PFW95cU8YVJB/dmMNuT/vJ"
        #expect(OfferAnswer("offer 192.0.2.11 22 \(key)") != nil)
        #expect(OfferAnswer("offer 192.0.2.11 \(figure) \(key)") == nil)
    }
}
