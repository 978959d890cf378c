package import FoundationEssentials
internal import Logging
package import Model

/// The service calls for images.
package struct Images: Sendable {
    private let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    package func catalogue() async throws(Refusal) -> Catalogue { try await with.catalogue() }

    /// A host that has all files of an image.
    package struct Copy: Sendable {
        package var host: String
        /// When any of the files was last used.
        package var lastUsed: Date?
    }

    /// An image by its name, or its name and version, with the hosts that have all of its files.
    ///
    /// - Throws: `imageNotFound`.
    package func image(_ name: String) async throws(Refusal) -> (image: Image, copies: [Copy]) {
        let image = try await catalogue().image(ImageChoice(name: name))
        let files = Set(image.files.map(\.digest))
        let found = Dictionary(grouping: try await with.store.fleet().imagesOnHosts, by: \.host)
        let copies = found.compactMap { host, all -> Copy? in
            let own = all.filter { files.contains($0.digest) }
            guard own.count == files.count else { return nil }
            return Copy(host: host, lastUsed: own.compactMap(\.lastUsed).max())
        }
        return (image, copies.sorted { $0.host < $1.host })
    }

    /// See ``ImageVault/add(_:)``.
    ///
    /// - Parameter contents: file contents that the request includes, by file name; they are stored as if uploaded.
    /// - Throws: also `imageNameTaken` if another owner has images of the name: a newer version would be chosen for that
    ///   owner's machines.
    package func add(_ draft: ImageDraft, contents: [String: [UInt8]] = [:]) async throws(Refusal) -> ImageAddition {
        guard let reference = try await reference(ofNew: draft) else { return try await addition(draft, contents) }
        // First, so that the image is never visible to others.
        try await with.store.apply([.ownImage(reference, draft.team)]) { records, _ throws(Refusal) in
            guard let owner = records.owner(ofImage: reference), owner != draft.team else { return }
            throw Self.nameTaken(reference)
        }
        let forget = { () async throws(Refusal) in
            try await with.store.apply([.ownImage(reference, nil)], check: { _, _ in })
        }
        do throws(Refusal) {
            let addition = try await addition(draft, contents)
            if case .missing = addition { try await forget() }
            return addition
        } catch {
            try await forget()
            throw error
        }
    }

    /// The reference of an image that is not there yet and will have an owner.
    ///
    /// - Throws: `imageNameTaken`.
    private func reference(ofNew draft: ImageDraft) async throws(Refusal) -> String? {
        guard let (name, version) = draft.identity else { return nil }
        let (images, records) = (try await with.vault.images(), try await with.store.access())
        guard images.allSatisfy({ $0.name != name || records.owner(of: $0) == draft.team }) else {
            throw Self.nameTaken(name)
        }
        let reference = "\(name):\(version)"
        return draft.team == nil || images.contains { $0.reference == reference } ? nil : reference
    }

    private static func nameTaken(_ name: String) -> Refusal {
        Refusal(
            .imageNameTaken, .manifest,
            "\(.manifest) has the name of '\(name.shown)', which belongs to another owner: choose another name",
            value: name.shown)
    }

    private func addition(
        _ draft: ImageDraft, _ contents: [String: [UInt8]]
    ) async throws(Refusal) -> ImageAddition {
        var addition = try await with.vault.add(draft)
        if case .missing(let upload, let files) = addition, files.contains(where: { contents[$0.name] != nil }) {
            for file in files {
                guard let rest = contents[file.name]?.dropFirst(Int(clamping: file.received)) else { continue }
                _ = try await with.vault.append(Array(rest), at: file.received, to: file.name, of: upload)
            }
            addition = try await with.vault.add(draft)
        }
        if case .added(let image) = addition { with.log.notice("image \(image.reference) was added") }
        return addition
    }

    /// See ``ImageVault/append(_:at:to:of:)``.
    package func append(
        _ bytes: [UInt8], at offset: Int64, to file: String, of upload: String
    ) async throws(Refusal) -> Int64 {
        try await with.vault.append(bytes, at: offset, to: file, of: upload)
    }

    /// See ``ImageVault/uploads()``.
    package func uploads() async throws(Refusal) -> [IncompleteUpload] { try await with.vault.uploads() }

    /// Cancels the upload of an image.
    ///
    /// - Throws: `uploadNotFound`.
    package func cancel(upload: String) async throws(Refusal) {
        try await with.vault.cancel(upload: upload)
        with.log.notice("the upload of an image was cancelled", metadata: ["upload": "\(upload)"])
    }

    /// Removes an image from the server; copies on hosts stay.
    ///
    /// - Throws: `imageInUse` if a machine is made from this version (or from a version that its record does not name),
    ///   or if an operation sends it; `imageNotFound`, `imageReadOnly`.
    package func remove(_ name: String) async throws(Refusal) {
        let image = try await catalogue().image(ImageChoice(name: name))
        let fleet = try await with.store.fleet()
        if let machine = fleet.machines.first(where: { $0.isMade(from: image) }) {
            throw Self.used(image, "machine '\(machine.name)' on '\(machine.host)' is made from it")
        }
        for operation in try await with.store.unfinished() where operation.isInProgress {
            let hosts = operation.receivers(of: image).sorted().map { "'\($0)'" }
            guard hosts.isEmpty else {
                throw Self.used(image, "operation \(operation.id.text) sends it to \(hosts.joined(separator: ", "))")
            }
        }
        try await with.vault.remove(image)
        try await with.store.apply([.ownImage(image.reference, nil)], check: { _, _ in })
        with.log.notice("image \(image.reference) was removed")
    }

    private static func used(_ image: Image, _ why: String) -> Refusal {
        Refusal(
            .imageInUse, .image, "\(.image) is '\(image.reference.shown)': \(why)", value: image.reference.shown)
    }

    /// Gives a tag to the version that `name` refers to now: an image's name, a name and version, or another tag.
    ///
    /// - Throws: `imageNotFound`, `invalidName`, `imageNameTaken` for a tag that equals a version's name.
    package func tag(_ name: String, _ tag: String) async throws(Refusal) -> Image {
        let image = try await catalogue().image(ImageChoice(name: name))
        let new = try ImageTag(tag, of: image)
        if let present = try await with.vault.tags().first(where: { $0.reference == new.reference }) {
            try await checkMay(change: present)
        }
        try await with.vault.tag(new)
        with.log.notice("image \(image.reference) is tagged \(tag)")
        return image
    }

    /// Removes a tag; the version that it named stays.
    ///
    /// - Throws: `imageNotFound` if there is no such tag.
    package func untag(_ name: String, _ tag: String) async throws(Refusal) {
        let found = try await catalogue().tag(tag, of: name)
        try await checkMay(change: found)
        try await with.vault.untag(found)
        with.log.notice("tag \(found.reference) was removed")
    }

    /// - Throws: `notAllowed` if the caller may not change the version that the tag names.
    private func checkMay(change tag: ImageTag) async throws(Refusal) {
        guard let image = try await with.vault.images().first(where: tag.names) else { return }
        let owner = try await with.store.access().owner(of: image)
        guard (with.rights.role(on: .init(team: owner)) ?? .viewer) < Role.operator(onImagesOf: owner) else { return }
        throw Refusal(
            .notAllowed, .tag, "\(.tag) is '\(tag.tag)': it names \(image.reference), which belongs to another owner",
            value: tag.tag)
    }

    /// Chooses the image for requests that name none: a name, for its newest version, or name and version.
    ///
    /// - Throws: `imageNotFound`.
    package func choose(defaultImage name: String) async throws(Refusal) -> Image {
        let image = try await catalogue().image(ImageChoice(name: name))
        try await with.vault.choose(defaultImage: name)
        with.log.notice("default image is \(name)")
        return image
    }
}
