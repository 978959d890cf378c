/// An image that somebody wants to add: its manifest, and what is known of its files before they have arrived.
package struct ImageDraft: Sendable, Equatable, Codable {
    package struct File: Sendable, Equatable, Codable {
        /// As the manifest names it.
        package var name: String
        /// In bytes.
        package var size: Int64
        /// SHA-256 that it must have; `nil` takes what arrives.
        package var digest: Digest?

        package init(name: String, size: Int64, digest: Digest?) {
            self.name = name
            self.size = size
            self.digest = digest
        }
    }

    /// What its `manifest.json` says, as JSON.
    package var manifest: String
    package var files: [File]

    package init(manifest: String, files: [File]) {
        self.manifest = manifest
        self.files = files
    }
}

/// How far an image is on its way in.
package enum ImageAddition: Sendable, Equatable {
    package struct Missing: Sendable, Equatable {
        package var name: String
        /// How many of its bytes have arrived.
        package var received: Int64

        package init(name: String, received: Int64) {
            self.name = name
            self.received = received
        }
    }

    /// What is not there yet of it, and the name under which it is sent.
    case missing(upload: String, [Missing])
    case added(Image)
}
