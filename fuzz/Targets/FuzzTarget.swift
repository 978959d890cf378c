#if DEBUG || FUZZ
    /// One way in for what strangers tell: a parser, and what is reckoned with what it read.
    ///
    /// It may find anything in any bytes, and must come back: what ends the process would end the server.
    package struct FuzzTarget: Sendable {
        /// Also of the folder of good inputs in `fuzz/corpus`.
        package let name: String
        /// Whether it is the answer of a host.
        package let isHosts: Bool
        package let run: @Sendable ([UInt8]) -> Void

        init(_ name: String, isHosts: Bool = false, _ run: @escaping @Sendable ([UInt8]) -> Void) {
            self.name = name
            self.isHosts = isHosts
            self.run = run
        }

        /// Of text, which a host's answer is by the time that it is read: what is no UTF-8 has been replaced.
        init(text name: String, isHosts: Bool = false, _ run: @escaping @Sendable (String) -> Void) {
            self.init(name, isHosts: isHosts) { run(String(decoding: $0, as: UTF8.self)) }
        }

        /// Each parser of what a stranger says, once. A new one belongs here.
        package static let all: [FuzzTarget] = callers + files + hosts
    }

    /// Keeps what was read from being optimised away.
    @inline(never) func consume<Value>(_ value: Value) {}
#endif
