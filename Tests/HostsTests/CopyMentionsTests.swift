import Testing

@testable import Hosts

@Suite("Names of images' copies in definitions")
struct CopyMentionsTests {
    private let name = "vms-image-" + String(repeating: "a", count: 64)
    private let other = "vms-image-" + String(repeating: "b", count: 64)

    @Test("every name is found at any position, and nothing else")
    func found() {
        #expect(CopyMentions.names(in: "<kernel>/pool/\(name)</kernel>") == [name])
        #expect(CopyMentions.names(in: "\(name)\(other)") == [name, other])
        #expect(
            CopyMentions.names(in: "<source file='/p/\(name).qcow2'/><source volume='\(other)'/>") == [name, other])
        #expect(CopyMentions.names(in: "vms-vms-image-\(name)").contains(name))
        #expect(CopyMentions.names(in: String(name.dropLast())) == [])
        #expect(CopyMentions.names(in: "") == [])
    }

    @Test("the length of its name decides whether a volume is a copy")
    func names() {
        #expect(CopyMentions.isName(name))
        #expect(!CopyMentions.isName(name + ".img") && !CopyMentions.isName("vms-image-empty.img"))
    }
}
