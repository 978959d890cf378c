import FoundationEssentials
import Testing

@testable import Model

/// VNIs of new links, beside those that others use.
@Suite("VNIs")
struct VNITests {
    private let plans = NetworkPlanTests()

    private func vnis(
        _ range: ClosedRange<Int> = NetworkPlanInput.defaultVNIs, taken: [String: Set<Int>] = [:]
    ) throws -> [Int?] {
        let made = try plans.plan(
            plans.line(), vnis: range,
            change: { surveys in
                for (host, vnis) in taken { surveys[host]?.takenVNIs = vnis }
            })
        return try plans.network(made).links.map(\.vni)
    }

    @Test("a VNI that a host of the link already uses is skipped, and only there")
    func passedOver() throws {
        #expect(try vnis() == [4096, 4097])
        #expect(try vnis(taken: ["h1": [4096, 4097]]) == [4098, 4096])
        #expect(try vnis(taken: ["h2": [4096]]) == [4097, 4098])
        #expect(try vnis(taken: ["h3": [4097]]) == [4096, 4098])
    }

    @Test("VNIs come from the operator's range; a link is refused by name if none is left")
    func range() throws {
        #expect(try vnis(7...8) == [7, 8])
        #expect(try vnis(16_777_214...16_777_215) == [16_777_214, 16_777_215])
        for full in [[:], ["h1": Set([7, 8])]] {
            let refused = #expect(throws: Refusal.self) { try vnis(full.isEmpty ? 7...7 : 7...8, taken: full) }
            #expect(refused?.code == .vniRangeInUse && refused?.reason.contains("--vni-range") == true)
        }
        #expect(throws: Refusal.self) { try vnis(16_777_215...16_777_215) }
    }
}
