import HTTPTypes
import Model
import Testing
import VMSAPI

@testable import HTTP

/// What is thrown inside, and what a caller is told.
struct FaultTableTests {
    @Test(
        "Each code of a refusal, and of a request that does not fit, is one of the table",
        arguments: Refusal.Code.allCases)
    func refusals(code: Refusal.Code) {
        #expect(FaultCode(rawValue: code.rawValue) == FaultCode(code))
        #expect(ServiceFailure(Refusal(code, "words")).fault.code == code.rawValue)
    }

    @Test("Each code of a request that does not fit is one of the table", arguments: FieldError.Code.allCases)
    func fields(code: FieldError.Code) {
        #expect(FaultCode(rawValue: code.rawValue) == FaultCode(code))
    }

    @Test("The side and the status of a code say the same", arguments: FaultCode.allCases)
    func sides(code: FaultCode) {
        let failure = ServiceFailure(code, reason: "words")
        #expect(failure.isCallers == (400..<500).contains(failure.status.code), "\(failure.status.code)")
        #expect(Int(failure.status.code) == code.entry.status)
    }
}
