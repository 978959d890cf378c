#if DEBUG || FUZZ
    import Glibc

    /// The target that libFuzzer runs, named by the environment variable `FUZZ_TARGET`.
    private let chosen: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            print("FUZZ_TARGET is '\(name)': must be one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
            exit(2)
        }
        return target
    }()

    /// libFuzzer's entry point for each input.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
#endif
