import FoundationEssentials
import Testing

@testable import Model

/// The image that a caller gets if a name has several versions.
@Suite struct CatalogueTests {
    private func image(_ name: String, _ version: String) -> Image {
        Image(
            name: name, version: version, os: "vms-router", arch: "x86_64", kernelVersion: "6.1", stacks: ["ipv4"],
            note: nil, boot: .disk, disk: .init(digest: Digest("dd"), size: 30), diskFormat: .raw, diskCapacity: 30,
            minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
    }

    @Test("the newest version comes first; digits compare as numbers")
    func order() {
        let newestFirst = ["2", "1.10.1", "1.10", "1.09b", "1.9", "1", "0.123456789012", "0.9"]
        let sorted = newestFirst.reversed().map { image("a", $0) }.sorted { $0.isListedBefore($1) }
        #expect(sorted.map(\.version) == newestFirst)
        #expect(image("a", "1").isListedBefore(image("b", "2")))
        #expect(!image("a", "1").isListedBefore(image("a", "1")))
    }

    @Test("a name means its newest version, a reference its own version; the default may be either")
    func choice() throws {
        let images = [image("a", "1.9"), image("a", "1.10"), image("b", "3")]
        let latest = Catalogue(images: images, defaultImage: "a")
        #expect(try latest.image(ImageChoice(name: "a")).version == "1.10")
        #expect(try latest.image(ImageChoice(name: "a:1.9")).version == "1.9")
        #expect(try latest.image(ImageChoice()).version == "1.10")
        let pinned = Catalogue(images: images, defaultImage: "a:1.9")
        #expect(try pinned.image(ImageChoice()).version == "1.9")
        #expect(try pinned.image(ImageChoice(os: "vms-router")).version == "1.9")
        #expect(throws: Refusal.self) { try pinned.image(ImageChoice(name: "a:2")) }
    }

    @Test("a machine keeps the image from which it was made; another image is refused")
    func existing() throws {
        let images = [image("a", "1"), image("a", "2"), image("b", "1")]
        let catalogue = Catalogue(
            images: images, defaultImage: "b", tags: [try ImageTag("stable", of: images[1])])
        var machine = Machine(
            id: MachineID("m"), name: "r1", host: "h1", asked: .running, address: nil, mac: nil, bridge: nil,
            memoryMiB: 96, vcpus: 1, image: "a", note: nil, created: Date(timeIntervalSince1970: 0), volumes: [],
            adopted: false, bootSeconds: 60)
        machine.imageVersion = "1"
        for choice in [
            ImageChoice(), ImageChoice(name: "a"), ImageChoice(name: "a:1"), ImageChoice(name: "a:stable"),
            ImageChoice(os: "vms-router"), ImageChoice(stack: "ipv4"),
        ] {
            #expect(try catalogue.image(of: machine, requested: choice) == images[0], "\(choice)")
        }
        func refusal(_ choice: ImageChoice) -> Refusal? {
            do {
                _ = try catalogue.image(of: machine, requested: choice)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(ImageChoice(name: "a:2"))?.reason.contains("a:1 and cannot become a:2") == true)
        #expect(refusal(ImageChoice(name: "b"))?.code == .notOffered)
        #expect(refusal(ImageChoice(name: "c"))?.code == .imageNotFound)
        machine.image = "gone"
        #expect(refusal(ImageChoice())?.code == .imageNotFound)
    }

    @Test("a tag means the version that it currently names, also as the default; a version of its name comes first")
    func tags() throws {
        let images = [image("a", "1"), image("a", "2"), image("b", "1")]
        var catalogue = Catalogue(
            images: images, defaultImage: "a:stable",
            tags: [try ImageTag("stable", of: images[0]), try ImageTag("old", of: images[0])])
        #expect(try catalogue.image(ImageChoice(name: "a:stable")) == images[0])
        #expect(try catalogue.image(ImageChoice()) == images[0])
        #expect(catalogue.tags(of: images[0]) == ["old", "stable"] && catalogue.tags(of: images[1]) == [])
        #expect(throws: Refusal.self) { try catalogue.image(ImageChoice(name: "b:stable")) }
        catalogue.tags = [try ImageTag("stable", of: images[1])]
        #expect(try catalogue.image(ImageChoice()) == images[1])
        catalogue.images.append(image("a", "stable"))
        #expect(try catalogue.image(ImageChoice(name: "a:stable")).version == "stable")
        #expect(throws: Refusal.self) { try ImageTag("a:b", of: images[0]) }
        #expect(try ImageTag("2", of: images[0]).collision(with: images)?.code == .imageNameTaken)
        #expect(try ImageTag("3", of: images[0]).collision(with: images) == nil)
        let unknown = #expect(throws: Refusal.self) { try catalogue.tag("new", of: "a:2") }
        #expect(unknown?.reason == "\(.tag) is 'new': image 'a' has no such tag; it has stable")
    }
}
