import Testing
import VMSAPI

@testable import vms

struct CSVTextTests {
    private func text(_ answer: some Message) -> String {
        CSVText(answer: answer.wireValue, description: type(of: answer).description).text
    }

    @Test("The first list, a row for each element; texts with separators are quoted")
    func list() {
        var answer = GetEventsResponse()
        for (number, reason) in [(1, "plain"), (2, "a \"quoted\", text\nin lines"), (3, "")] {
            var event = Event()
            (event.number, event.phyServer, event.reason) = (Int64(number), "h1", reason)
            answer.event.append(event)
        }
        let time = "1970-01-01T00:00:00.000Z"
        #expect(
            text(answer) == "number,time,kind,phyServer,vmName,networkName,reason\r\n1,\(time),nodeUp,h1,,,plain\r\n"
                + "2,\(time),nodeUp,h1,,,\"a \"\"quoted\"\", text\nin lines\"\r\n3,\(time),nodeUp,h1,,,\r\n")
    }

    @Test("An answer without lists is one row; an empty list is a header")
    func others() {
        var answer = SanityTestResponse()
        answer.testString = "x,y"
        #expect(text(answer) == "testString\r\n\"x,y\"\r\n")
        #expect(text(GetEventsResponse()) == "number,time,kind,phyServer,vmName,networkName,reason\r\n")
    }

    @Test("A terminal gets no control characters")
    func terminal() {
        var answer = SanityTestResponse()
        answer.testString = "a\u{1B}]0;title\u{7}"
        let description = SanityTestResponse.description
        #expect(CSVText(answer: answer.wireValue, description: description).text.contains("\u{1B}"))
        let shown = CSVText(answer: answer.wireValue, description: description, isForTerminal: true).text
        #expect(shown.hasPrefix("testString\r\na") && !shown.contains("\u{1B}"))
    }
}
