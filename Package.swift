// swift-tools-version: 6.1
import PackageDescription

/// Every target is a room: its dependency list says whom it may know. `docs/architecture.md` tells why;
/// `make check` holds imports against this list.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hashTrees = Target.Dependency.product(name: "HashTreeCollections", package: "swift-collections")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPTypesHTTP2 = Target.Dependency.product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "vms",
    products: [
        .executable(name: "vmsd", targets: ["vmsd"]),
        .executable(name: "vms", targets: ["vms"]),
        .library(name: "VMSAPI", targets: ["VMSAPI"]),
        .library(name: "VMSClient", targets: ["VMSClient"]),
        .library(name: "Libvirt", targets: ["Libvirt"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        room("Workers"),
        room("Model", [hashTrees]),
        room("VMSAPI"),
        room("XML", ["CLibXML2"]),
        room("SOAP", ["VMSAPI", "XML"]),
        room("Libvirt", ["CLibvirt", "Workers"]),
        room("Control", ["Model", "Workers", crypto, logging, serviceLifecycle]),
        room("Simulator", ["Model", "Control"]),
        room(
            "Simulation",
            ["Model", "Control", "Simulator", "HTTP", "VMSAPI", serviceLifecycle]),
        // Its scripts are files; their bytes are in the program (docs/decisions/0057).
        room(
            "Hosts", ["Model", "Control", "Libvirt", "XML", "CZlib", logging, subprocess, system],
            resources: [.embedInCode("Scripts")]),
        room("Storage", ["Model", "Control", "CZlib", grdb, crypto, logging]),
        room(
            "HTTP",
            [
                "Model", "Control", "VMSAPI", "SOAP", "CZlib", asn1, crypto, httpClient, hummingbird, hummingbirdCore,
                httpTypes, logging, nioCore, nioPosix, nioSSL, nioTLS, serviceLifecycle, x509,
                nioHTTP1, nioHTTP2, nioHTTPTypes, nioHTTPTypesHTTP1, nioHTTPTypesHTTP2,
            ], resources: [.embedInCode("Pages")]),
        room("VMSClient", ["VMSAPI", crypto, httpClient, nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        program(
            "vmsd",
            [
                "Model", "Control", "HTTP", "Hosts", "Simulation", "Storage", "VMSAPI", "VMSClient", argumentParser,
                configuration, logging, serviceLifecycle, system, unixSignals,
            ]),
        program("vms", ["VMSAPI", "VMSClient", argumentParser, subprocess, yams]),

        // Programs that use a library alone: examples/README.md.
        .executableTarget(
            name: "list-domains", dependencies: ["Libvirt"], path: "examples/list-domains", swiftSettings: strict),
        .executableTarget(
            name: "first-machine", dependencies: ["VMSAPI", "VMSClient"], path: "examples/first-machine",
            swiftSettings: strict),

        .executableTarget(
            name: "bench-networks", dependencies: ["Control", "Model", "Simulator", "Storage", logging],
            path: "bench/networks", swiftSettings: strict),
        .executableTarget(
            name: "bench-fleet", dependencies: ["Control", "Model", "Simulation", "Storage", logging],
            path: "bench/fleet", swiftSettings: strict),

        // What strangers say, in wrong ways: fuzz/README.md.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Control", "HTTP", "Hosts", "Libvirt", "Model", "SOAP", "Storage", "VMSAPI", "VMSClient", "XML", yams,
            ], path: "fuzz/Targets", swiftSettings: strict),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets", argumentParser], path: "fuzz/Driver", swiftSettings: strict),

        tests("WorkersTests", ["Workers"]),
        tests("ModelTests", ["Model"]),
        tests("ControlTests", ["Control", "Model", "Simulator", "Storage", logging]),
        tests("XMLTests", ["XML"]),
        tests("SOAPTests", ["SOAP", "VMSAPI", "XML"]),
        tests(
            "HTTPTests",
            [
                "Control", "HTTP", "Model", "SOAP", "VMSAPI", "XML", "CZlib", hummingbird, httpTypes, logging, nioCore,
                nioEmbedded, nioHTTP2, nioHTTPTypes, nioPosix, nioTLS, serviceLifecycle,
            ]),
        tests("LibvirtTests", ["CLibvirt", "Control", "Hosts", "Libvirt", "Model", logging]),
        tests("HostsTests", ["FuzzTargets", "Hosts", "Libvirt", "Model", "XML"]),
        tests("SeedTests", ["Hosts", "Model"]),
        tests("StorageTests", ["Storage", "Control", "Model", grdb, logging]),
        tests("vmsdTests", ["vmsd"]),
        .target(
            name: "ScriptedServer", dependencies: [hummingbird, httpTypes, logging, nioCore],
            path: "Tests/ScriptedServer", swiftSettings: strict),
        tests("VMSAPITests", ["VMSAPI"]),
        tests("VMSClientTests", ["VMSAPI", "VMSClient", "ScriptedServer"]),
        .testTarget(
            name: "vmsTests",
            dependencies: ["vms", "VMSAPI", "VMSClient", "ScriptedServer", argumentParser, subprocess],
            exclude: ["Golden"], swiftSettings: strict),
    ]
)

// For scripts/fuzz, which links all targets with libFuzzer's own main. Only our own code is watched: libFuzzer looks at
// every counter after each execution.
if Context.environment["VMS_FUZZ"] != nil {
    package.products.append(.library(name: "FuzzTargets", type: .static, targets: ["FuzzTargets"]))
    let watched = [
        "Control", "FuzzTargets", "HTTP", "Hosts", "Libvirt", "Model", "SOAP", "Storage", "VMSAPI", "VMSClient", "XML",
    ]
    for target in package.targets where watched.contains(target.name) {
        target.swiftSettings = strict + [.unsafeFlags(["-sanitize=fuzzer"])]
    }
}
