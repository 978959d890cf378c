internal import ArgumentParser
internal import VMSAPI

/// `vms image …`: what machines can be made from.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Router images: list, oses, arches, kernels.",
        subcommands: [
            VerbCommand<ImageList>.self, VerbCommand<ImageOSes>.self, VerbCommand<ImageArches>.self,
            VerbCommand<ImageKernels>.self,
        ])
}

enum ImageList: VerbName {
    static var verb: Verb { Verb(path: ["image", "list"], service: ListImages.self) }
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
