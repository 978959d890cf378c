#if DEBUG || FUZZ
    /// A parser of foreign input, with the calculations on its result.
    ///
    /// It may refuse any bytes, but it must return: an input that ends the process would end the server.
    package struct FuzzTarget: Sendable {
        /// Also the name of its folder of valid inputs in `fuzz/corpus`.
        package let name: String
        /// Whether the input is the answer of a host.
        package let isHosts: Bool
        package let run: @Sendable ([UInt8]) -> Void

        init(_ name: String, isHosts: Bool = false, _ run: @escaping @Sendable ([UInt8]) -> Void) {
            self.name = name
            self.isHosts = isHosts
            self.run = run
        }

        /// A target that takes text. Bytes that are not UTF-8 are replaced, as in a host's answer.
        init(text name: String, isHosts: Bool = false, _ run: @escaping @Sendable (String) -> Void) {
            self.init(name, isHosts: isHosts) { run(String(decoding: $0, as: UTF8.self)) }
        }

        /// Every parser of foreign input, once. A new parser belongs here.
        package static let all: [FuzzTarget] = callers + files + hosts
    }

    /// Keeps a result from being optimized away.
    @inline(never) func consume<Value>(_ value: Value) {}
#endif
