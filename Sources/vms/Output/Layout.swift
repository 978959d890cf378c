/// How results are shown: what headings look like, and how long a line may be.
struct Layout {
    /// Around each heading.
    var style: (String) -> String = { $0 }
    /// Characters of a line; `nil` for no end.
    var columns: Int?

    /// The same for what stands `indent` characters to the right.
    func indented(by indent: Int) -> Layout { Layout(style: style, columns: columns.map { max($0 - indent, 1) }) }
}
