import Model
import Testing

@testable import Hosts

/// The traffic loss during a migration, calculated from the answers.
@Suite struct FlowAnswersTests {
    private func loss(_ sent: Int, _ answers: [(Int, Double)]) throws -> MoveLoss? {
        let flow = MoveFlow(
            link: "ab", host: Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil),
            bridge: "vms-001000",
            mtu: 1450, source: nil, sourceMAC: MACAddress("02:00:00:00:00:01"),
            target: try #require(IPAddress("10.0.0.1")))
        let lines = ["sent \(sent)"] + answers.map { "answer \($0.0) \($0.1)" }
        return FlowAnswers(lines.joined(separator: "\n")).loss(of: flow)
    }

    @Test("a packet without an answer is lost; the gap is the longest time between two answers")
    func counted() throws {
        let moveLoss = try #require(try loss(7, [(1, 100.00), (2, 100.02), (6, 100.52), (7, 100.54)]))
        #expect(moveLoss.packetsSent == 7 && moveLoss.packetsLost == 3 && moveLoss.longestGapMilliseconds == 500)
        #expect(moveLoss.link == "ab" && moveLoss.host == "h1")
    }

    @Test("up to two last packets without an answer are not counted; more are")
    func tail() throws {
        #expect(try loss(9, [(1, 1), (2, 2), (7, 3)])?.packetsLost == 4)
        #expect(try loss(10, [(1, 1), (2, 2), (7, 3)])?.packetsLost == 7)
    }

    @Test("silence at the end is a gap until the last packet")
    func silent() throws {
        #expect(try loss(502, [(1, 1), (2, 1.02)])?.longestGapMilliseconds == 10_000)
    }

    @Test("a duplicate answer counts once; without answers there is no result")
    func odd() throws {
        #expect(try loss(3, [(1, 1), (2, 1.5), (2, 9), (3, 2)])?.packetsLost == 0)
        #expect(try loss(3, [(1, 1), (2, 1.5), (2, 9), (3, 2)])?.longestGapMilliseconds == 500)
        #expect(try loss(500, []) == nil)
    }
}
