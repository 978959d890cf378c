internal import Control
internal import FoundationEssentials
internal import Model

/// One folder of the vault, as it was read: an image with the paths of its files, or why it is none.
struct ImageFolder {
    var path: String
    /// Stamps of everything that was looked at, by path; `nil` for what was not there.
    private(set) var stamps: [String: FileStamp?] = [:]
    private(set) var files: [Digest: StoredFile] = [:]
    /// Of each file that was read, by path.
    private(set) var digests: [String: Digest] = [:]
    private(set) var outcome: Result<Image, ImageProblem> = .failure(ImageProblem("was not read"))

    /// Reads the folder. Takes long only for files whose digests the book does not know.
    init(path: String, book: inout DigestBook) {
        self.path = path
        do throws(ImageProblem) {
            outcome = .success(try image(&book))
        } catch {
            outcome = .failure(error)
        }
    }

    /// Whether nothing that was read has changed.
    var isCurrent: Bool { stamps.allSatisfy { FileStamp(path: $0.key) == $0.value } }

    /// Whether the file of a digest is still the one that was read.
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
        // Everything cheap is checked before anything is digested.
        let disk = try manifest.disk.map { name throws(ImageProblem) in try opened(name) }
        var capacity: Int64 = 0
        if let disk, let name = manifest.disk {
            capacity = try Self.capacity(of: disk, name: name, format: manifest.diskFormat ?? .raw)
        }
        var boot = Image.Boot.disk
        if manifest.boot == .kernel, let kernel = manifest.kernel, let initrd = manifest.initrd {
            let (kernelFile, initrdFile) = (try opened(kernel), try opened(initrd))
            boot = .kernel(
                try digested(kernelFile, kernel, &book), initrd: try digested(initrdFile, initrd, &book),
                commandLine: manifest.cmdline ?? "")
        }
        guard let disk, let name = manifest.disk else { return (boot, nil) }
        return (boot, (try digested(disk, name, &book), capacity))
    }

    private static func capacity(
        of disk: OpenFile, name: String, format: Image.DiskFormat
    ) throws(ImageProblem) -> Int64 {
        let header = QCOW2Header(try disk.head(QCOW2Header.length))
        switch (format, header) {
        case (.raw, nil): return disk.stamp.size
        case (.raw, .some):
            throw ImageProblem("'\(name)' is qcow2, but \(Manifest.fileName) says diskFormat 'raw'")
        case (.qcow2, nil):
            throw ImageProblem("'\(name)' is not qcow2, but \(Manifest.fileName) says diskFormat 'qcow2'")
        case (.qcow2, .some(let header)):
            do {
                return try header.capacity()
            } catch {
                throw ImageProblem("'\(name)' \(error.words)")
            }
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
