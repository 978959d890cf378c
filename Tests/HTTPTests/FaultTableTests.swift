import HTTPTypes
import Model
import Testing
import VMSAPI

@testable import HTTP

/// Errors thrown inside, and the faults that callers receive.
struct FaultTableTests {
    @Test(
        "Each code of a refusal is in the table",
        arguments: Refusal.Code.allCases)
    func refusals(code: Refusal.Code) {
        #expect(FaultCode(rawValue: code.rawValue) == FaultCode(code))
        #expect(ServiceFailure(Refusal(code, "words")).fault.code == code.rawValue)
    }

    @Test("Each code of an invalid request is in the table", arguments: FieldError.Code.allCases)
    func fields(code: FieldError.Code) {
        #expect(FaultCode(rawValue: code.rawValue) == FaultCode(code))
    }

    @Test("The side and the status of a code agree", arguments: FaultCode.allCases)
    func sides(code: FaultCode) {
        let failure = ServiceFailure(code, reason: "words")
        #expect(failure.isCallers == (400..<500).contains(failure.status.code), "\(failure.status.code)")
        #expect(Int(failure.status.code) == code.entry.status)
    }
}
