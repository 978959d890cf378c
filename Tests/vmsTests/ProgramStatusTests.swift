import Testing
import VMSAPI

@testable import vms

/// The exit status of `vms` for each fault.
struct ProgramStatusTests {
    @Test("A fault's exit status is that of the table of codes", arguments: FaultCode.allCases)
    func status(code: FaultCode) {
        #expect(ProgramStatus(faultCode: code.rawValue).rawValue == code.entry.exitStatus)
    }

    @Test("A fault with an unknown or missing code has the ordinary exit status", arguments: [nil, "codeOfTomorrow"])
    func unknown(code: String?) {
        #expect(ProgramStatus(faultCode: code) == .fault)
    }
}
