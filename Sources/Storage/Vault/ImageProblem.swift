/// The reason why a folder is no image. The words go to the log.
struct ImageProblem: Error, Hashable {
    var words: String

    init(_ words: String) { self.words = words }
}
