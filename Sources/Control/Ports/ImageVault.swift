package import Model

/// The port to the image files, which are kept by digest.
package protocol ImageVault: Sendable {
    /// The images that are whole. A folder that is not an image is left out, and told in the log.
    func images() async throws(Refusal) -> [Image]

    /// Path of a file on the server's disk.
    ///
    /// - Throws: `imageNotFound`.
    func path(of digest: Digest) async throws(Refusal) -> String
}
