import Testing
import VMSAPI

@testable import vms

/// The exit status of `vms` for each fault.
struct ProgramStatusTests {
    @Test("A fault's exit status is the one in the table of codes", arguments: FaultCode.allCases)
    func status(code: FaultCode) {
        #expect(ProgramStatus(faultCode: code.rawValue).rawValue == code.entry.exitStatus)
    }

    @Test("A fault whose code is not known, or missing, ends as a fault", arguments: [nil, "codeOfTomorrow"])
    func unknown(code: String?) {
        #expect(ProgramStatus(faultCode: code) == .fault)
    }
}
