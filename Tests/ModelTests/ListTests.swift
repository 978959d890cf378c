import Testing

@testable import Model

/// Lists in pages, without hosts.
@Suite("Pages of a list")
struct ListTests {
    private struct Row: Listed, Equatable {
        var name: String
        var size: Int64?
        var place: [String] { [name] }

        func values(of key: String) -> [ListValue] {
            switch key {
            case "name": [.text(name)]
            case "size": size.map { [.number($0)] } ?? []
            case "half": [.text(String(name.prefix(1))), .text(String(name.suffix(1)))]
            default: []
            }
        }
    }

    private static func rows(_ names: some Sequence<Int>) -> [Row] {
        names.map { Row(name: "r\($0)", size: $0 % 4 == 0 ? nil : Int64($0 % 3)) }
    }

    private static func query(_ key: String?, _ isDescending: Bool, limit: Int?) -> ListQuery {
        var query = ListQuery()
        (query.key, query.isDescending, query.limit) = (key, isDescending, limit)
        return query
    }

    @Test(
        "all pages together are the whole list without duplicates, even if many rows have the same value or none",
        arguments: [nil, "name", "size"], [true, false])
    func whole(key: String?, isDescending: Bool) throws {
        let all = Self.rows((10..<60).shuffled())
        let whole = Self.query(key, isDescending, limit: nil).page(of: all)
        #expect(whole.rows.count == 50 && whole.next == nil && !whole.isTruncated)
        let inOrder = zip(whole.rows, whole.rows.dropFirst()).allSatisfy { one, other in
            isDescending ? Self.key(other, key) <= Self.key(one, key) : Self.key(one, key) <= Self.key(other, key)
        }
        #expect(inOrder)
        for limit in [1, 7, 49, 50] {
            #expect(try Self.walk(key, isDescending, limit: limit) { _ in all } == whole.rows)
        }
    }

    private static func key(_ row: Row, _ key: String?) -> (Int64, String) {
        (key == "size" ? row.size ?? -1 : 0, row.name)
    }

    /// All pages, each of the rows at that time.
    private static func walk(
        _ key: String?, _ isDescending: Bool, limit: Int, _ rows: (Int) -> [Row]
    ) throws -> [Row] {
        var (found, query, turn): ([Row], ListQuery, Int) = ([], Self.query(key, isDescending, limit: limit), 0)
        while turn < 1000 {
            let page = query.page(of: rows(turn).shuffled())
            #expect(page.rows.count <= limit && !page.isTruncated)
            found += page.rows
            guard let next = page.next else { break }
            query.after = try query.position(next)
            turn += 1
        }
        return found
    }

    @Test(
        "a row that stays is listed once, whatever is added and removed between pages", arguments: [nil, "size"],
        [true, false])
    func changing(key: String?, isDescending: Bool) throws {
        let staying = Self.rows(stride(from: 10, to: 90, by: 2))
        let found = try Self.walk(key, isDescending, limit: 5) { turn in
            staying + Self.rows(stride(from: 11, to: 90, by: 2).filter { ($0 + turn) % 3 == 0 })
        }
        let stayed = found.filter { row in staying.contains(row) }
        #expect(stayed == Self.query(key, isDescending, limit: nil).page(of: staying).rows)
        #expect(Set(found.map(\.name)).count == found.count)
    }

    @Test("without a limit there is a bound, and the answer reports it and the next position")
    func bounded() throws {
        let all = Self.rows(10..<20)
        var query = ListQuery()
        #expect(query.most == 10_000)
        query.bound = 10
        #expect(query.page(of: all).next == nil && !query.page(of: all).isTruncated)
        query.bound = 6
        let page = query.page(of: all)
        #expect(page.rows == Array(all.prefix(6)) && page.isTruncated)
        query.after = try query.position(try #require(page.next))
        let rest = query.page(of: all)
        #expect(rest.rows == Array(all.dropFirst(6)) && rest.next == nil && !rest.isTruncated)
    }

    @Test("all terms must match; a trailing star matches a prefix; a missing value counts as empty")
    func terms() {
        let all = Self.rows(10..<60)
        func names(_ terms: ListQuery.Term...) -> [String] {
            var query = ListQuery()
            query.terms = terms
            return query.page(of: all).rows.map(\.name)
        }
        #expect(names(.init(key: "name", value: "r1")) == [])
        #expect(names(.init(key: "name", value: "r12")) == ["r12"])
        #expect(names(.init(key: "name", value: "r1*")) == (10..<20).map { "r\($0)" })
        #expect(names(.init(key: "name", value: "r1*"), .init(key: "size", value: "")) == ["r12", "r16"])
        #expect(names(.init(key: "size", value: "1"), .init(key: "half", value: "3")) == ["r13", "r43"])
        #expect(names(.init(key: "name", value: "*")).count == 50)
    }

    @Test("a cursor is a word; one of another order, or an invalid one, is refused with its field")
    func cursors() throws {
        var query = Self.query("size", true, limit: 1)
        for position in [
            ListPosition(.none, ["a"]), .init(.number(-7), ["?", "ü/<>&~~~"]),
            .init(.text("\u{1F600}"), ["h", "", "x"]),
        ] {
            let text = query.text(position)
            #expect(try query.position(text) == position)
            #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        }
        let text = query.text(ListPosition(.number(1), ["a"]))
        query.isDescending = false
        for wrong in [text, "", "x", "%%%", "W10", String(text.dropLast(3))] {
            let refusal = #expect(throws: Refusal.self) { try query.position(wrong) }
            #expect(refusal?.code == .invalidValue && refusal?.subject == .field("after"), "\(wrong)")
        }
    }

    @Test("of two versions of an image the newer one comes first, also after a cursor")
    func versions() throws {
        let all = ["1.9", "1.10", "1.010", "2"].map { version in
            Image(
                name: "i", version: version, os: "o", arch: "a", kernelVersion: "k", stacks: ["rip", "ospf"], note: nil,
                boot: .disk, disk: nil, diskFormat: .raw, diskCapacity: 1, minimumMemoryMiB: 1, bootSeconds: 1,
                takesSeed: false)
        }
        var (query, found): (ListQuery, [String]) = (Self.query(nil, false, limit: 1), [])
        for _ in all {
            let page = query.page(of: all)
            found += page.rows.map(\.version)
            if let next = page.next { query.after = try query.position(next) }
        }
        #expect(found == ["2", "1.010", "1.10", "1.9"])
    }
}
