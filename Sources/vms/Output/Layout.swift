/// The look of results: headings, and the length of a line.
struct Layout {
    /// The style of a heading.
    var style: (String) -> String = { $0 }
    /// Characters of a line; `nil` for no limit.
    var columns: Int?

    /// The layout for text that begins `indent` characters further right.
    func indented(by indent: Int) -> Layout { Layout(style: style, columns: columns.map { max($0 - indent, 1) }) }
}
