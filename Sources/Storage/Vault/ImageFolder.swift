internal import Control
internal import FoundationEssentials
internal import Model

/// One folder of the vault at the time it was read: an image with the paths of its files, or the reason why it is none.
struct ImageFolder {
    var path: String
    /// Stamps of all files that were examined, by path; `nil` for a missing file.
    private(set) var stamps: [String: FileStamp?] = [:]
    private(set) var files: [Digest: StoredFile] = [:]
    /// Digests of the files that were read, by path.
    private(set) var digests: [String: Digest] = [:]
    private(set) var outcome: Result<Image, ImageProblem> = .failure(ImageProblem("was not read"))

    /// Whether the image is being added, and must look bootable.
    private let isNew: Bool

    /// Reads the folder. This takes long only for files whose digests the book does not have.
    ///
    /// - Parameter isNew: whether the image is being added. In a folder of the operator, a raw disk may begin with any
    ///   bytes.
    init(path: String, book: inout DigestBook, isNew: Bool = false) {
        self.path = path
        self.isNew = isNew
        do throws(ImageProblem) {
            outcome = .success(try image(&book))
        } catch {
            outcome = .failure(error)
        }
    }

    /// Whether all files that were read are unchanged.
    var isCurrent: Bool { stamps.allSatisfy { FileStamp(path: $0.key) == $0.value } }

    /// Whether a file is unchanged since it was read.
    func isCurrent(_ file: String) -> Bool { FileStamp(path: file) == stamps[file] }

    private mutating func image(_ book: inout DigestBook) throws(ImageProblem) -> Image {
        let json = try opened(Manifest.fileName)
        guard json.stamp.size <= Manifest.limit else {
            throw ImageProblem("\(Manifest.fileName) is longer than \(Manifest.limit) bytes")
        }
        let manifest = try Manifest(try json.head(Manifest.limit))
        let (boot, disk) = try files(manifest, &book)
        var image = Image(
            name: manifest.name, version: manifest.version, os: manifest.os, arch: manifest.arch,
            kernelVersion: manifest.kernelVersion, stacks: manifest.stacks, note: manifest.description, boot: boot,
            disk: disk?.file, diskFormat: manifest.diskFormat ?? .raw, diskCapacity: disk?.capacity ?? 0,
            minimumMemoryMiB: manifest.minimumRAM, bootSeconds: manifest.bootSeconds ?? 120,
            takesSeed: manifest.configuration == .nocloud)
        image.xenCommandLine = manifest.cmdlineXen
        image.addressing = manifest.addressing ?? .ipv4
        image.probe = manifest.probe.map { .init(protocolName: $0.protocol, frames: $0.frames) }
        image.convergeSeconds = manifest.convergeSeconds ?? image.convergeSeconds
        image.interfaces = manifest.interfaces ?? 1
        return image
    }

    private mutating func files(
        _ manifest: Manifest, _ book: inout DigestBook
    ) throws(ImageProblem) -> (Image.Boot, (file: Image.File, capacity: Int64)?) {
        // All cheap checks come before any digest.
        let disk = try manifest.disk.map { name throws(ImageProblem) in try opened(name) }
        var capacity: Int64 = 0
        if let disk, let name = manifest.disk {
            do throws(ImageProblem) {
                capacity = try self.capacity(of: disk, manifest)
            } catch {
                throw ImageProblem("'\(name)' \(error.words)")
            }
        }
        var boot = Image.Boot.disk
        if manifest.boot == .kernel, let kernel = manifest.kernel, let initrd = manifest.initrd {
            let (kernelFile, initrdFile) = (try opened(kernel), try opened(initrd))
            if isNew {
                let (start, ramDisk) = (try Self.content(of: kernelFile), try Self.content(of: initrdFile))
                if let reason = start.kernelProblem { throw ImageProblem("'\(kernel)' \(reason)") }
                if let reason = ramDisk.ramDiskProblem { throw ImageProblem("'\(initrd)' \(reason)") }
            }
            boot = .kernel(
                try digested(kernelFile, kernel, &book), initrd: try digested(initrdFile, initrd, &book),
                commandLine: manifest.cmdline ?? "")
        }
        guard let disk, let name = manifest.disk else { return (boot, nil) }
        return (boot, (try digested(disk, name, &book), capacity))
    }

    private static func content(of file: OpenFile) throws(ImageProblem) -> DiskContent {
        DiskContent(head: try file.head(DiskContent.headLength), tail: try file.tail(DiskContent.tailLength))
    }

    private func capacity(of disk: OpenFile, _ manifest: Manifest) throws(ImageProblem) -> Int64 {
        let head = try disk.head(DiskContent.headLength)
        let content = DiskContent(head: head, tail: try disk.tail(DiskContent.tailLength))
        switch (manifest.diskFormat ?? .raw, QCOW2Header(head)) {
        case (.raw, _):
            if let other = content.otherFormat {
                throw ImageProblem(
                    "is \(other.name), but \(Manifest.fileName) says diskFormat 'raw': \(other.remedy)")
            }
            if isNew, manifest.boot == .disk, let reason = content.bootProblem { throw ImageProblem(reason) }
            return disk.stamp.size
        case (.qcow2, nil):
            let found = content.otherFormat.map { " but \($0.name) (\($0.remedy))" } ?? ""
            throw ImageProblem("is not qcow2\(found), but \(Manifest.fileName) says diskFormat 'qcow2'")
        case (.qcow2, .some(let header)):
            let capacity = try header.capacity()
            let tables = QCOW2Tables(header, size: disk.stamp.size, capacity: capacity)
            let read = { (offset: Int64, count: Int) throws(ImageProblem) in try disk.bytes(at: offset, count) }
            try tables.check(read)
            guard isNew, let begin = try tables.begin(DiskContent.headLength, read) else { return capacity }
            let inner = DiskContent(head: begin, tail: [])
            if let other = inner.otherFormat {
                throw ImageProblem("is qcow2, and the disk in it is \(other.name): \(other.remedy)")
            }
            if manifest.boot == .disk, let reason = inner.bootProblem {
                throw ImageProblem("is qcow2, and the disk in it \(reason)")
            }
            return capacity
        }
    }

    private mutating func opened(_ name: String) throws(ImageProblem) -> OpenFile {
        let file = "\(path)/\(name)"
        stamps.updateValue(FileStamp(path: file), forKey: file)
        let opened = try OpenFile(file, name: name)
        guard opened.stamp.size > 0 else { throw ImageProblem("'\(name)' is empty") }
        stamps.updateValue(opened.stamp, forKey: file)
        return opened
    }

    private mutating func digested(
        _ file: OpenFile, _ name: String, _ book: inout DigestBook
    ) throws(ImageProblem) -> Image.File {
        let digests = try book.digests(of: file, path: "\(path)/\(name)")
        files[digests.whole] = StoredFile(path: "\(path)/\(name)", dataDigest: digests.data)
        self.digests["\(path)/\(name)"] = digests.whole
        return Image.File(digest: digests.whole, size: file.stamp.size)
    }
}
