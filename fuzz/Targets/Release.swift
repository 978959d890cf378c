#if !(DEBUG || FUZZ)
    /// Rooms show nothing internal in a release build: there is nothing to be fed.
    package struct FuzzTarget: Sendable {
        package let name: String
        package let isHosts: Bool
        package let run: @Sendable ([UInt8]) -> Void
        package static let all: [FuzzTarget] = []
    }
#endif
