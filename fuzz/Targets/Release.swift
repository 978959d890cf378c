#if !(DEBUG || FUZZ)
    /// Rooms export no internal symbols in a release build, so there are no targets.
    package struct FuzzTarget: Sendable {
        package let name: String
        package let isHosts: Bool
        package let run: @Sendable ([UInt8]) -> Void
        package static let all: [FuzzTarget] = []
    }
#endif
