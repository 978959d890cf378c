package import Control
package import Model

/// An image vault whose images have only a name and sizes, and no files.
package struct SimulatedVault: ImageVault {
    private let list: [Image]

    package init(_ images: [Image] = [Self.router]) { list = images }

    package func images() async throws(Refusal) -> [Image] { list }

    package func file(of digest: Digest) async throws(Refusal) -> StoredFile {
        StoredFile(path: "/images/\(digest.text)", dataDigest: digest)
    }

    package func add(_ draft: ImageDraft) async throws(Refusal) -> ImageAddition { throw Self.isFixed }

    package func append(
        _ bytes: [UInt8], at offset: Int64, to file: String, of upload: String
    ) async throws(Refusal) -> Int64 { throw Self.isFixed }

    package func cancel(upload: String) async throws(Refusal) { throw Self.isFixed }

    package func uploads() async throws(Refusal) -> [IncompleteUpload] { [] }

    package func forgetAbandonedUploads() async {}

    package func remove(_ image: Image) async throws(Refusal) { throw Self.isFixed }

    package func tags() async throws(Refusal) -> [ImageTag] { [] }

    package func tag(_ tag: ImageTag) async throws(Refusal) { throw Self.isFixed }

    package func untag(_ tag: ImageTag) async throws(Refusal) { throw Self.isFixed }

    package func chosenDefault() async throws(Refusal) -> String? { nil }

    package func choose(defaultImage: String) async throws(Refusal) { throw Self.isFixed }

    private static let isFixed = Refusal(.imageReadOnly, "simulated images cannot be changed")

    /// A router image that boots from a kernel and an initial RAM disk.
    package static let router = Image(
        name: "ipv4-rip", version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1",
        stacks: ["ipv4", "rip"],
        note: nil,
        boot: .kernel(
            .init(digest: Digest("aa"), size: 10), initrd: .init(digest: Digest("bb"), size: 20), commandLine: "quiet"),
        disk: nil, diskFormat: .raw, diskCapacity: 0, minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
}
