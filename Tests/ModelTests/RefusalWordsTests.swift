import Foundation
import Model
import Testing

/// A reason that contains subjects instead of names of fields.
struct RefusalWordsTests {
    private let name = "h'1"

    private func spelt(_ words: Refusal.Words) -> String { words.spelt { "<\($0.words)>" } }

    @Test("the reader spells subjects, everything else stays")
    func spelling() {
        let words: Refusal.Words = "\(.destinationHost) is '\(name)': give \(.diskPath), " + "or \(3) " + name
        #expect(spelt(words) == "<destination host> is 'h'1': give <disk path>, or 3 h'1")
        #expect(words.description == "destination host is 'h'1': give disk path, or 3 h'1")
        #expect(spelt("\(words); \(.field("a[1].b"))") == spelt(words) + "; <a[1].b>")
        #expect(spelt("\(.linkAddress(link: "ab", router: "r1"))") == "<link 'ab', address of 'r1'>")
    }

    @Test("a subject is replaced without a change to the text")
    func replacing() {
        let words: Refusal.Words = "\(.host) is 'host': \(.host) and \(.link)"
        #expect(spelt(words.replacing(.host, with: .sourceHost)) == "<source host> is 'host': <source host> and <link>")
    }

    @Test("words are equal regardless of their parts")
    func equality() {
        let (text, number) = ("b", 1)
        #expect("a \(text) \(number)" as Refusal.Words == "a b 1")
        #expect("\(.host)a" + "b" as Refusal.Words == "\(.host)ab")
        #expect("host" as Refusal.Words != "\(.host)")
        #expect(Refusal.Words(["a", "\(.host)"], separator: "; ") == "a; \(.host)")
    }

    @Test("a prefix is dropped if it is text")
    func dropping() {
        #expect(Refusal.Words("the host is \(.link)").dropping(prefix: "the ") == "host is \(.link)")
        #expect(Refusal.Words("a").dropping(prefix: "b") == "a")
        #expect(("\(.host) is" as Refusal.Words).dropping(prefix: "host") == "\(.host) is")
    }

    @Test(
        "A refusal is stored and read back unchanged",
        arguments: [
            Refusal(.internalError, "it's \"so\""), Refusal(.timedOut, .field("a.b"), ""),
            Refusal(.hostInUse, .host, "\(.host) is 'h1': \(.linkPrefix(link: "ab"))", value: "h1", host: "h1"),
            Refusal(.invalidAddress, .linkAddress(link: "ab", router: "r1"), "\(.host)\(.link) host"),
        ])
    func kept(refusal: Refusal) throws {
        let data = try JSONEncoder().encode(refusal)
        #expect(try JSONDecoder().decode(Refusal.self, from: data) == refusal)
    }

    @Test("Words without a subject are a plain text in the journal")
    func plain() throws {
        #expect(String(decoding: try JSONEncoder().encode("a b" as Refusal.Words), as: UTF8.self) == #""a b""#)
        let parts = try JSONEncoder().encode("\(.host) is x" as Refusal.Words)
        #expect(String(decoding: parts, as: UTF8.self) == #"[{"host":{}}," is x"]"#)
    }
}
