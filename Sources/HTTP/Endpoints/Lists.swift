internal import Model
internal import VMSAPI

extension ListService {
    /// The query of the request.
    ///
    /// - Throws: `invalidValue` if `after` is no `next` of an answer in the same order.
    func query() throws(Refusal) -> ListQuery {
        var query = ListQuery()
        query.terms = filter.map { .init(key: $0.key.rawValue, value: $0.value) }
        query.key = sort?.key.rawValue
        query.isDescending = sort?.isDescending ?? false
        query.limit = limit.map { Int(clamping: $0) }
        if let after { query.after = try query.position(after) }
        return query
    }

    /// Whether the request has any of the list's options.
    var isPaged: Bool { !filter.isEmpty || sort != nil || limit != nil || after != nil }
}

extension ListAnswer {
    /// Sets the fields that continue a truncated list.
    mutating func setPaging<Row>(_ page: ListPage<Row>) {
        next = page.next
        guard page.isTruncated else { return }
        truncated = true
        hint =
            "these are the first \(page.rows.count); repeat the request with next as after for the following ones, "
            + "or request fewer with filter"
    }
}
