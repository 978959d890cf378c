import Foundation
import GRDB
import Model
import Storage
import Testing

/// Operation summaries, and lists of them.
@Suite("Operation summaries")
struct SummaryTests {
    let folder: Folder
    let store: SQLStore

    init() async throws {
        folder = try Folder()
        store = try folder.store()
        try await store.apply([.insertHost(host())])
    }

    private static let failure = Refusal(.timedOut, .field("f"), "it took too long", detail: "x", value: "v")

    @Test("a summary matches its operation after each entry, in lists too, and so do unfinished operations")
    func followed() async throws {
        var running = operation("o1", atBegin: [.insertMachine(try machine())])
        try await store.begin(running, [])
        let entries: [JournalEntry] = [
            .began(0), .did(0), .began(1), .failing(Self.failure), .undid(1), .stuck(Self.failure), .retried, .undid(0),
            .failed,
        ]
        for entry in [nil] + entries.map(Optional.some) {
            if let entry { try await store.write(entry, to: &running) }
            var expected = OperationSummary(running)
            expected.access = .init(team: .standard)
            #expect(try await store.summary(of: running.id) == expected, "after \(String(describing: entry))")
            #expect(try await store.summaries(in: nil, limit: 9) == [expected])
            let unfinished = running.state.isOver ? [] : [UnfinishedOperation(running)]
            #expect(try await store.unfinished() == unfinished, "after \(String(describing: entry))")
        }
        let summary = try #require(try await store.summary(of: running.id))
        #expect((summary.done, summary.total, summary.step) == (1, 2, "shutdown"))
        #expect(summary.refusal == running.refusal)
        #expect(try await store.summary(of: OperationID("o9")) == nil)
    }

    @Test("entries of several lanes in one transaction are counted, and an earlier step is not taken for the last one")
    func lanes() async throws {
        var work = StagedSteps()
        work.add("work", ["h1": shutdowns(4)], on: [host()], atOnce: 2)
        var running = operation("o1", .machine(name: "r1", host: "h1"), work)
        #expect(running.plan.lanes.map(\.steps) == [0..<2, 2..<4])
        try await store.begin(running, [])
        for entries: [JournalEntry] in [[.began(2), .began(0)], [.did(0), .began(1), .did(2)], [.did(1)]] {
            for entry in entries { try running.apply(entry, at: moment(9)) }
            try await store.record(entries, of: running, [])
            #expect(try await store.summary(of: running.id) == OperationSummary(running))
        }
    }

    @Test("pages are in the order of begins, filtered by subject; a cursor outlives its operation")
    func pages() async throws {
        for index in 1...7 {
            var one = operation("o\(index)", "r\(index % 2)", on: "h1")
            try await store.begin(one, [])
            try await store.write(.began(0), .failing(Self.failure), to: &one)
            if index != 7 { try await store.write(.undid(0), .failed, to: &one) }
        }
        func walk(_ change: (inout ListQuery) -> Void) async throws -> [[String]] {
            var (query, found) = (ListQuery(), [[String]]())
            change(&query)
            while found.count < 9 {
                let page = try await store.summaries(query, of: nil)
                found.append(page.rows.map(\.id.text))
                guard let next = page.next else { break }
                query.after = try query.position(next)
            }
            return found
        }
        #expect(try await walk { $0.limit = 3 } == [["o7", "o6", "o5"], ["o4", "o3", "o2"], ["o1"]])
        #expect(
            try await walk { ($0.limit, $0.key) = (4, "started") } == [["o1", "o2", "o3", "o4"], ["o5", "o6", "o7"]])
        #expect(
            try await walk { query in
                query.limit = 2
                query.terms = [ListQuery.Term(key: "vmName", value: "r0")]
            } == [["o6", "o4"], ["o2"]])
        let both: [ListQuery.Term] = [.init(key: "state", value: "undo*"), .init(key: "phyServer", value: "h1")]
        #expect(try await walk { $0.terms = both } == [["o7"]])
        #expect(try await walk { $0.terms = [.init(key: "networkName", value: "")] }.joined().count == 7)
        #expect(try await walk { $0.terms = [.init(key: "service", value: "'; --")] } == [[]])
        var query = ListQuery()
        query.bound = 2
        let page = try await store.summaries(query, of: nil)
        #expect(page.isTruncated)
        query.after = try query.position(try #require(page.next))
        try await change("DELETE FROM operation WHERE id = 'o6'")
        #expect(try await store.summaries(query, of: nil).rows.map(\.id.text) == ["o5", "o4"])
    }

    @Test("a filter's value is data, whatever it says")
    func hostileFilters() async throws {
        try await store.begin(operation("o1", "r1"), [])
        let hostile = [
            "r1' OR '1'='1", "' OR 1=1 --", "%*", "_*", "r1\"; DROP TABLE operation; --", "\u{0}*", "x' OR '1'='1*",
            "x' OR 1=1 --*",
        ]
        for value in hostile {
            for key in ["vmName", "state", "service", "phyServer", "networkName"] {
                var query = ListQuery()
                query.terms = [.init(key: key, value: value)]
                #expect(try await store.summaries(query, of: nil).rows.isEmpty, "\(key) \(value)")
            }
        }
        #expect(try await store.summaries(ListQuery(), of: nil).rows.count == 1)
    }

    @Test("neither a list of operations nor the list of unfinished ones reads a plan")
    func withoutPlans() async throws {
        for index in 1...40 {
            var one = operation("o\(index)", "r\(index)")
            try await store.begin(one, [])
            if index % 2 == 0 { try await store.write(.began(0), .failing(Self.failure), to: &one) }
            if index % 4 == 0 { try await store.write(.undid(0), .failed, to: &one) }
        }
        // Reading a plan fails from here on.
        try await change("UPDATE operation_plan SET plan = 'no plan'")
        #expect(try await store.summaries(in: nil, limit: 1000).count == 40)
        #expect(try await store.summary(of: OperationID("o2"))?.refusal?.reason == "it took too long")
        #expect(try await store.unfinished().count == 30)
        let busy = try await refusal { try await store.begin(operation("o99", "r1"), []) }
        #expect(busy.code == .machineBusy)
        #expect(try await refusal { _ = try await store.operation(OperationID("o2")) }.code == .storeFailed)
    }

    @Test("the next store has the same unfinished operations")
    func reopened() async throws {
        var stuck = operation("o1", "r1")
        try await store.begin(stuck, [])
        try await store.write(.began(0), .failing(Self.failure), .stuck(Self.failure), to: &stuck)
        let running = operation("o2", "r2", atBegin: [.insertMachine(try machine("r2"))])
        try await store.begin(running, [])
        let before = try await store.unfinished()
        try store.close()
        let again = try folder.store()
        #expect(try await again.unfinished() == before)
        #expect(before.map(\.isStuckOnUnreachableHost) == [true, false])
        #expect(before.map(\.making) == [[], [MachineID("id-r2")]])
    }

    @Test("a refused operation is not listed as unfinished")
    func refused() async throws {
        try await store.begin(operation("o1"), [])
        _ = try await refusal { try await store.begin(operation("o2"), []) }
        #expect(try await store.unfinished().map(\.id.text) == ["o1"])
    }

    @Test(
        "an interrupted operation that cannot be read does not stop the others, and keeps its machine"
    )
    func unreadable() async throws {
        for index in 1...3 { try await store.begin(operation("o\(index)", "r\(index)"), []) }
        try store.close()
        try await change("UPDATE operation_plan SET plan = '{}' WHERE operation = 'o2'")
        let again = try folder.store()
        let found = try await again.interrupted()
        #expect(found.compactMap { try? $0.get().id.text } == ["o1", "o3"])
        let refused = found.compactMap { if case .failure(let refusal) = $0 { refusal } else { nil } }
        #expect(refused.map(\.code) == [.storeFailed])
        #expect(refused.map(\.operation) == ["o2"])
        #expect(try await again.unfinished().map(\.id.text) == ["o1", "o2", "o3"])
        #expect(try await again.unfinished()[1].hostNames == ["h1"])
        #expect(try await refusal { try await again.begin(operation("o9", "r2"), []) }.operation == "o2")
    }

    @Test("an operation's subject is known without its plan, also if the plan cannot be read")
    func subjects() async throws {
        let members = [MachineOnHost(host: "h1", machine: "r2"), MachineOnHost(host: "h2", machine: "r3")]
        let subjects: [Plan.Subject] = [
            .machine(name: "r1", host: "h1"), .network(name: "n1", members: members), .host(name: "h3"),
        ]
        for (index, subject) in subjects.enumerated() {
            let work = StagedSteps(shutdowns(1), on: host())
            try await store.begin(operation("o\(index)", subject, work), [])
            let again = operation("again", subject, work)
            #expect(try await refusal { try await store.begin(again, []) }.operation == "o\(index)")
        }
        try store.close()
        try await change("UPDATE operation_plan SET plan = '{}'")
        let again = try folder.store()
        #expect(
            try await again.summaries(in: nil, limit: 9).map(\.subject) == [
                .host(name: "h3"), .network(name: "n1"), .machine(name: "r1", host: "h1"),
            ])
        #expect(try await again.unfinished().map(\.subject) == subjects)
        #expect(try await again.unfinished().map(\.hostNames) == [["h1"], ["h1", "h2"], ["h3"]])
    }

    private func change(_ statement: String) async throws {
        try await DatabaseQueue(path: folder.database).write { try $0.execute(sql: statement) }
    }
}
