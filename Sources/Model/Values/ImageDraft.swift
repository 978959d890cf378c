internal import FoundationEssentials

/// An image that a caller wants to add: its manifest, and the known properties of its files before they arrive.
package struct ImageDraft: Sendable, Equatable, Codable {
    package struct File: Sendable, Equatable, Codable {
        /// The name in the manifest.
        package var name: String
        /// In bytes.
        package var size: Int64
        /// The SHA-256 digest that it must have; `nil` accepts any content.
        package var digest: Digest?

        package init(name: String, size: Int64, digest: Digest?) {
            self.name = name
            self.size = size
            self.digest = digest
        }
    }

    /// The content of its `manifest.json`, as JSON.
    package var manifest: String
    package var files: [File]
    /// The team that will own it; `nil` for the server.
    package var team: TeamID?

    /// Name and version in the manifest; `nil` if it has none.
    package var identity: (name: String, version: String)? {
        struct Names: Decodable {
            var name, version: String
        }
        return (try? JSONDecoder().decode(Names.self, from: Data(manifest.utf8))).map { ($0.name, $0.version) }
    }

    package init(manifest: String, files: [File], team: TeamID? = nil) {
        self.team = team
        self.manifest = manifest
        self.files = files
    }
}

/// Progress of the addition of an image.
package enum ImageAddition: Sendable, Equatable {
    package struct Missing: Sendable, Equatable {
        package var name: String
        /// Number of its bytes that have arrived.
        package var received: Int64

        package init(name: String, received: Int64) {
            self.name = name
            self.received = received
        }
    }

    /// The files that are missing or incomplete, and the name of the upload to send them to.
    case missing(upload: String, [Missing])
    case added(Image)
}
