internal import ArgumentParser
internal import VMSAPI

/// `vms image …`: what machines can be made from.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract:
            "Router images: list, show, add, uploads, cancel, remove, default, tag, sweep; oses, arches, kernels.",
        subcommands: [
            VerbCommand<ImageList>.self, VerbCommand<ImageShow>.self, ImageAddCommand.self,
            VerbCommand<ImageUploads>.self, VerbCommand<ImageCancel>.self, VerbCommand<ImageRemove>.self,
            VerbCommand<ImageDefault>.self,
            VerbCommand<ImageTag>.self,
            VerbCommand<ImageSweep>.self,
            VerbCommand<ImageOSes>.self, VerbCommand<ImageArches>.self, VerbCommand<ImageKernels>.self,
        ])
}

enum ImageList: VerbName {
    static var verb: Verb { Verb(path: ["image", "list"], service: ListImages.self) }
}

enum ImageShow: VerbName {
    static var verb: Verb { Verb(path: ["image", "show"], service: GetImage.self, positions: ["image"]) }
}

enum ImageUploads: VerbName {
    static var verb: Verb { Verb(path: ["image", "uploads"], service: ListImageUploads.self) }
}

enum ImageCancel: VerbName {
    static var verb: Verb { Verb(path: ["image", "cancel"], service: CancelImageUpload.self, positions: ["upload"]) }
}

enum ImageRemove: VerbName {
    static var verb: Verb { Verb(path: ["image", "remove"], service: RemoveImage.self, positions: ["image"]) }
}

enum ImageDefault: VerbName {
    static var verb: Verb { Verb(path: ["image", "default"], service: SetDefaultImage.self, positions: ["image"]) }
}

enum ImageTag: VerbName {
    static var verb: Verb { Verb(path: ["image", "tag"], service: TagImage.self, positions: ["image", "tag"]) }
}

enum ImageSweep: VerbName {
    static var verb: Verb { Verb(path: ["image", "sweep"], service: SweepImages.self, positions: ["phyServer"]) }
}

enum ImageOSes: VerbName {
    static var verb: Verb { Verb(path: ["image", "oses"], service: GetAvailableOSes.self) }
}

enum ImageArches: VerbName {
    static var verb: Verb { Verb(path: ["image", "arches"], service: GetAvailableArch.self) }
}

enum ImageKernels: VerbName {
    static var verb: Verb { Verb(path: ["image", "kernels"], service: GetAvailableKernelVersions.self) }
}
