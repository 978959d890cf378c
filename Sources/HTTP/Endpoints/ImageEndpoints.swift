internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var imageEndpoints: [Endpoint] { readingEndpoints + addingEndpoints + changingEndpoints }

    private var readingEndpoints: [Endpoint] {
        [
            Endpoint(GetAvailableOSes.self) { (_, caller) throws(Refusal) in
                var response = GetAvailableOSesResponse()
                response.os = try await acting(for: caller).catalogue().operatingSystems()
                return response
            },
            Endpoint(GetAvailableArch.self) { (request, caller) throws(Refusal) in
                var response = GetAvailableArchResponse()
                response.arch = try await acting(for: caller).catalogue().architectures(os: request.os)
                return response
            },
            Endpoint(GetAvailableKernelVersions.self) { (request, caller) throws(Refusal) in
                var response = GetAvailableKernelVersionsResponse()
                response.kernelVersion = try await acting(for: caller).catalogue().kernelVersions(
                    os: request.os, arch: request.arch)
                return response
            },
            Endpoint(ListImages.self) { (request, caller) throws(Refusal) in
                let catalogue = try await acting(for: caller).catalogue()
                let page = try request.query().page(of: catalogue.images)
                var response = ListImagesResponse()
                response.image = page.rows.map { VMSAPI.Image($0, of: catalogue) }
                response.setPaging(page)
                return response
            },
            Endpoint(GetImage.self) { (request, caller) throws(Refusal) in
                let (image, copies) = try await acting(for: caller).images.image(request.image)
                var response = GetImageResponse()
                response.image = try await described(image)
                response.image?.phyServer = copies.map(\.host)
                response.image?.copy = copies.map(ImageCopy.init)
                return response
            },
        ]
    }

    private var addingEndpoints: [Endpoint] {
        [
            Endpoint(AddImage.self) { (request, caller) throws(Refusal) in
                var draft = ImageDraft(request)
                // Without a team, an administrator's image is the server's, and everyone may use it.
                let isServers = request.team == nil && caller.rights.role(on: .server) == .admin
                draft.team =
                    isServers ? nil : try await permits.owner(request.team, for: AddImage.name, by: caller)
                let addition = try await images.add(draft, contents: request.contents)
                var response = AddImageResponse()
                switch addition {
                case .added(let image): response.image = try await described(image)
                case .missing(let upload, let files):
                    response.missing = files.map { file in
                        var missing = MissingImageFile()
                        missing.name = file.name
                        missing.path = UploadFace.root + upload + "/" + file.name
                        missing.received = file.received
                        return missing
                    }
                }
                return response
            },
            Endpoint(ListImageUploads.self) { (_, caller) throws(Refusal) in
                var response = ListImageUploadsResponse()
                response.upload = try await images.uploads()
                    .filter { caller.rights.role(on: Rights.Object(team: $0.team)) != nil }.map(ImageUpload.init)
                return response
            },
            Endpoint(CancelImageUpload.self) { request throws(Refusal) in
                try await images.cancel(upload: request.upload)
                return CancelImageUploadResponse()
            },
        ]
    }

    private var changingEndpoints: [Endpoint] {
        [
            Endpoint(RemoveImage.self) { (request, caller) throws(Refusal) in
                try await acting(for: caller).images.remove(request.image)
                return RemoveImageResponse()
            },
            Endpoint(SetDefaultImage.self) { request throws(Refusal) in
                let image = try await images.choose(defaultImage: request.image)
                var response = SetDefaultImageResponse()
                response.image = try await described(image)
                return response
            },
            Endpoint(TagImage.self) { (request, caller) throws(Refusal) in
                let images = acting(for: caller).images
                var response = TagImageResponse()
                if request.remove ?? false {
                    try await images.untag(request.image, request.tag)
                } else {
                    let image = try await images.tag(request.image, request.tag)
                    response.image = try await described(image)
                }
                return response
            },
            Endpoint(SweepImages.self) { request throws(Refusal) in
                let report = try await pruning.prune(
                    request.phyServer, unusedDays: request.olderThanDays.map { Int(clamping: $0) },
                    isDry: request.dryRun ?? false)
                var response = SweepImagesResponse()
                response.dryRun = request.dryRun ?? false
                response.freed = report.freed >> 20
                response.operation = report.operations.map(\.text)
                response.unreachable = report.unreachable
                response.copy = report.lines.map(SweptImageCopy.init)
                return response
            },
        ]
    }

    private func described(_ image: Model.Image) async throws(Refusal) -> VMSAPI.Image {
        var result = VMSAPI.Image(image, of: try await catalogue())
        result.file = image.files.map { file in
            var part = ImageFile()
            part.digest = file.digest.text
            part.size = file.size
            return part
        }
        return result
    }

    private func catalogue() async throws(Refusal) -> Catalogue {
        try await images.catalogue()
    }
}

extension VMSAPI.Image {
    fileprivate init(_ image: Model.Image, of catalogue: Catalogue) {
        self.init()
        name = image.name
        version = image.version
        os = image.os
        arch = image.arch
        kernelVersion = image.kernelVersion
        stack = image.stacks
        minimumRAM = Int32(clamping: image.minimumMemoryMiB)
        size = image.files.reduce(0) { $0.plus($1.size) }
        isDefault = image == catalogue.standard
        tag = catalogue.tags(of: image)
        description = image.note
    }
}

extension ImageUpload {
    fileprivate init(_ arriving: IncompleteUpload) {
        self.init()
        upload = arriving.upload
        name = arriving.name
        version = arriving.version
        received = arriving.received
        size = arriving.size
        lastPiece = arriving.lastPiece
    }
}

extension ImageCopy {
    fileprivate init(_ copy: Images.Copy) {
        self.init()
        phyServer = copy.host
        lastUsed = copy.lastUsed
    }
}

extension SweptImageCopy {
    fileprivate init(_ line: ImagePruning.Line) {
        self.init()
        phyServer = line.host
        image = line.image?.reference
        leaves = line.copy.leaves
        reason = line.copy.why
        size = line.copy.bytes
        lastUsed = line.copy.idleSince
        pool = line.copy.volume.pool
        volume = line.copy.volume.name
    }
}

extension ImageDraft {
    fileprivate init(_ request: AddImage) {
        self.init(
            manifest: request.manifest,
            files: request.file.map { file in
                .init(
                    name: file.name, size: file.size ?? Int64(clamping: file.content?.count ?? 0),
                    digest: file.digest.map { Digest($0.lowercased()) })
            })
    }
}

extension AddImage {
    /// File contents sent with the request, by file name.
    fileprivate var contents: [String: [UInt8]] {
        Dictionary(file.compactMap { file in file.content.map { (file.name, Array($0)) } }) { first, _ in first }
    }
}
