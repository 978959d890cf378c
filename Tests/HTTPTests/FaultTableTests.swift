import HTTPTypes
import Model
import SOAP
import Testing

@testable import HTTP

/// Codes, sides and statuses say the same.
struct FaultTableTests {
    @Test(
        "A refusal is the caller's where its status is 4xx, and the server's where it is 5xx",
        arguments: Refusal.Code.allCases)
    func sides(code: Refusal.Code) {
        let failure = ServiceFailure(Refusal(code, "words"))
        #expect((failure.side == .caller) == (400..<500).contains(failure.status.code), "\(failure.status.code)")
        #expect(failure.sided == failure)
    }
}
