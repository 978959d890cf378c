internal import Model
internal import VMSAPI

extension ListService {
    /// What it asks of its list.
    ///
    /// - Throws: `invalidValue` where `after` is not what an answer in the same order gave.
    func query() throws(Refusal) -> ListQuery {
        var query = ListQuery()
        query.terms = filter.map { .init(key: $0.key.rawValue, value: $0.value) }
        query.key = sort?.key.rawValue
        query.isDescending = sort?.isDescending ?? false
        query.limit = limit.map { Int(clamping: $0) }
        if let after { query.after = try query.position(after) }
        return query
    }

    /// Whether it asks for more than the list.
    var isPaged: Bool { !filter.isEmpty || sort != nil || limit != nil || after != nil }
}

extension ListAnswer {
    /// Says how the list goes on.
    mutating func tell<Row>(_ page: ListPage<Row>) {
        next = page.next
        guard page.isTruncated else { return }
        truncated = true
        hint =
            "these are the first \(page.rows.count); ask again with after as next says for those that follow, or for "
            + "fewer with filter"
    }
}
