package import FoundationEssentials
package import Model

/// The port to the image files, which are kept by digest.
package protocol ImageVault: Sendable {
    /// The images that are whole. A folder that is not an image is left out, and told in the log.
    func images() async throws(Refusal) -> [Image]

    /// Where a file of an image is on the server's disk.
    ///
    /// - Throws: `imageNotFound`.
    func file(of digest: Digest) async throws(Refusal) -> StoredFile

    /// Adds an image, or says what of it has to be sent before. The same draft again goes on where it was; until the
    /// image is whole and checked, nobody sees it.
    ///
    /// - Throws: `imageInvalid` for what is no image, or not the one that was announced: what was sent is then gone;
    ///   `imageNameTaken`, also for a version that is a tag's name; `storageFull`, `internalError`.
    func add(_ draft: ImageDraft) async throws(Refusal) -> ImageAddition

    /// Takes the next piece of a file that is being sent.
    ///
    /// - Returns: how many bytes of it have arrived.
    /// - Throws: `uploadNotFound`; `uploadMismatch` unless it begins where the last one ended, or when it is longer than
    ///   was announced; `storageFull`, `internalError`.
    func append(_ bytes: [UInt8], at offset: Int64, to file: String, of upload: String) async throws(Refusal) -> Int64

    /// Gives up an image that is on its way in, with what has arrived of it.
    ///
    /// - Throws: `uploadNotFound`, `internalError`.
    func cancel(upload: String) async throws(Refusal)

    /// Images on their way in, the one of which nothing came for longest first.
    func uploads() async throws(Refusal) -> [ArrivingImage]

    /// Forgets images on their way in that nobody has gone on with for a week.
    func forgetAbandonedUploads() async

    /// Removes an image that was added, with its tags.
    ///
    /// - Throws: `imageNotFound`; `imageReadOnly` for one of a folder that is not this server's own.
    func remove(_ image: Image) async throws(Refusal)

    func tags() async throws(Refusal) -> [ImageTag]

    /// Gives a tag to a version of an image, and takes it from another version of the same image.
    ///
    /// - Throws: `imageNameTaken` for one that is a version's name; `internalError`.
    func tag(_ tag: ImageTag) async throws(Refusal)

    /// Takes a tag away; one that is not there is no failure.
    func untag(_ tag: ImageTag) async throws(Refusal)

    /// The image that is taken when a request names none, if somebody has chosen one.
    func chosenDefault() async throws(Refusal) -> String?

    /// Remembers which image that is.
    func choose(defaultImage: String) async throws(Refusal)
}

/// An image on its way in.
package struct ArrivingImage: Sendable, Equatable {
    /// What it is called in the paths to which its files are sent.
    package var upload: String
    /// As its manifest tells them.
    package var name: String
    package var version: String
    /// Bytes that have arrived, and all of them.
    package var received: Int64
    package var size: Int64
    /// When something of it came last.
    package var lastPiece: Date

    package init(upload: String, name: String, version: String, received: Int64, size: Int64, lastPiece: Date) {
        self.upload = upload
        self.name = name
        self.version = version
        self.received = received
        self.size = size
        self.lastPiece = lastPiece
    }
}

/// A file of an image on the server's disk.
package struct StoredFile: Sendable, Equatable {
    package var path: String
    /// What identifies its content without reading its holes: SHA-256 of every block of ``blockSize`` bytes that is not
    /// all zeros, each after its number as eight bytes (most significant first), and in the end the file's size likewise.
    package var dataDigest: Digest

    /// In bytes.
    package static let blockSize = 65_536

    package init(path: String, dataDigest: Digest) {
        self.path = path
        self.dataDigest = dataDigest
    }
}
