import Model
import Testing

@testable import Hosts

/// What crosses a link while a machine moves: counted from what was answered.
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

    @Test("lost is what was sent and never answered; the gap is the longest between two answers")
    func counted() throws {
        let told = try #require(try loss(7, [(1, 100.00), (2, 100.02), (6, 100.52), (7, 100.54)]))
        #expect(told.packetsSent == 7 && told.packetsLost == 3 && told.longestGapMilliseconds == 500)
        #expect(told.link == "ab" && told.host == "h1")
    }

    @Test("the last ones had no time to be answered; more than two had")
    func tail() throws {
        #expect(try loss(9, [(1, 1), (2, 2), (7, 3)])?.packetsLost == 4)
        #expect(try loss(10, [(1, 1), (2, 2), (7, 3)])?.packetsLost == 7)
    }

    @Test("one that is silent at the end has a gap for as long as it was asked")
    func silent() throws {
        #expect(try loss(502, [(1, 1), (2, 1.02)])?.longestGapMilliseconds == 10_000)
    }

    @Test("an answer that came twice counts once; without answers nothing is said")
    func odd() throws {
        #expect(try loss(3, [(1, 1), (2, 1.5), (2, 9), (3, 2)])?.packetsLost == 0)
        #expect(try loss(3, [(1, 1), (2, 1.5), (2, 9), (3, 2)])?.longestGapMilliseconds == 500)
        #expect(try loss(500, []) == nil)
    }
}
