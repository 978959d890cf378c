package import FoundationEssentials
package import Model

/// The port to the image files, which are stored by digest.
package protocol ImageVault: Sendable {
    /// The complete images. A folder that is not a valid image is omitted and logged.
    func images() async throws(Refusal) -> [Image]

    /// The path of an image's file on the server's disk.
    ///
    /// - Throws: `imageNotFound`.
    func file(of digest: Digest) async throws(Refusal) -> StoredFile

    /// Adds an image, or reports which of its files have to be sent first. Adding the same draft again resumes the
    /// upload; the image is invisible until it is complete and checked.
    ///
    /// - Throws: `imageInvalid` for data that is no image, or not the announced one: the uploaded data is then deleted;
    ///   `imageNameTaken`, also for a version that equals a tag's name; `storageFull`, `internalError`.
    func add(_ draft: ImageDraft) async throws(Refusal) -> ImageAddition

    /// Appends the next piece of an uploaded file.
    ///
    /// - Returns: how many bytes of the file have arrived.
    /// - Throws: `uploadNotFound`; `uploadMismatch` if the piece does not begin where the last one ended, or exceeds
    ///   the announced length; `storageFull`, `internalError`.
    func append(_ bytes: [UInt8], at offset: Int64, to file: String, of upload: String) async throws(Refusal) -> Int64

    /// Cancels an upload and deletes its data.
    ///
    /// - Throws: `uploadNotFound`, `internalError`.
    func cancel(upload: String) async throws(Refusal)

    /// The incomplete uploads, the one that has been idle for longest first.
    func uploads() async throws(Refusal) -> [IncompleteUpload]

    /// Deletes uploads that have been idle for a week.
    func forgetAbandonedUploads() async

    /// Removes an uploaded image, with its tags.
    ///
    /// - Throws: `imageNotFound`; `imageReadOnly` for an image in a folder that is not this server's own.
    func remove(_ image: Image) async throws(Refusal)

    func tags() async throws(Refusal) -> [ImageTag]

    /// Gives a tag to a version of an image, and removes it from another version of the same image.
    ///
    /// - Throws: `imageNameTaken` for a tag that equals a version's name; `internalError`.
    func tag(_ tag: ImageTag) async throws(Refusal)

    /// Removes a tag; succeeds if there is no such tag.
    func untag(_ tag: ImageTag) async throws(Refusal)

    /// The default image, for requests that name none, if an administrator has chosen one.
    func chosenDefault() async throws(Refusal) -> String?

    /// Stores the choice of the default image.
    func choose(defaultImage: String) async throws(Refusal)
}

/// An incomplete upload of an image.
package struct IncompleteUpload: Sendable, Equatable {
    /// The name of the upload in the paths to which its files are sent.
    package var upload: String
    /// The image's name in its manifest.
    package var name: String
    package var version: String
    /// Bytes that have arrived, of the image's `size` bytes.
    package var received: Int64
    package var size: Int64
    /// When the last piece arrived.
    package var lastPiece: Date
    /// The team that will own the image; `nil` for the server.
    package var team: TeamID?

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
    /// Identifies the file's content without reading its holes: SHA-256 of every block of ``blockSize`` bytes that is
    /// not all zeros, each after its number as eight bytes (most significant first), and at the end the file's size
    /// likewise.
    package var dataDigest: Digest

    /// The size of a block, in bytes.
    package static let blockSize = 65_536

    package init(path: String, dataDigest: Digest) {
        self.path = path
        self.dataDigest = dataDigest
    }
}
