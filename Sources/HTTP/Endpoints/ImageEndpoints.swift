internal import Control
internal import Model
internal import SOAP
internal import VMSAPI

extension ServerEndpoints {
    var imageEndpoints: [Endpoint] {
        [
            Endpoint(GetAvailableOSes.self) { _ throws(ServiceFailure) in
                var response = GetAvailableOSesResponse()
                response.os = try await catalogue().operatingSystems()
                return response
            },
            Endpoint(GetAvailableArch.self) { request throws(ServiceFailure) in
                var response = GetAvailableArchResponse()
                response.arch = try await catalogue().architectures(os: request.os)
                return response
            },
            Endpoint(GetAvailableKernelVersions.self) { request throws(ServiceFailure) in
                var response = GetAvailableKernelVersionsResponse()
                response.kernelVersion = try await catalogue().kernelVersions(os: request.os, arch: request.arch)
                return response
            },
            Endpoint(ListImages.self) { _ throws(ServiceFailure) in
                let catalogue = try await catalogue()
                var response = ListImagesResponse()
                response.image = catalogue.images.sorted { $0.name < $1.name }.map {
                    VMSAPI.Image($0, isDefault: $0.name == catalogue.defaultImage)
                }
                return response
            },
        ]
    }

    private func catalogue() async throws(ServiceFailure) -> Catalogue {
        try await answering { () async throws(Refusal) in try await images.catalogue() }
    }
}

extension VMSAPI.Image {
    fileprivate init(_ image: Model.Image, isDefault: Bool) {
        self.init()
        name = image.name
        version = image.version
        os = image.os
        arch = image.arch
        kernelVersion = image.kernelVersion
        stack = image.stacks
        minimumRAM = Int32(clamping: image.minimumMemoryMiB)
        size = image.files.reduce(0) { $0 + $1.size }
        self.isDefault = isDefault
        description = image.note
    }
}
