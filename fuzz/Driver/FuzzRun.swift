import FuzzTargets
import Glibc

/// Runs one target until the time is over.
struct FuzzRun {
    private let target: FuzzTarget
    private let corpus: [[UInt8]]
    private let seed: UInt64
    /// Memory mapped to a file. It holds the current input, and keeps it when the process ends.
    private let page: UnsafeMutableRawPointer

    private static let size = 1 << 20
    /// Time limit in seconds for a batch of inputs; exceeding it is a fault as well.
    private static let patience: UInt32 = 30

    init(_ target: FuzzTarget, corpus: [[UInt8]], seed: UInt64, record: String) {
        (self.target, self.corpus, self.seed) = (target, corpus, seed)
        let file = open(record, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, ftruncate(file, Self.size) == 0,
            let page = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), page != MAP_FAILED
        else { fatalError("\(record) cannot be written") }
        close(file)
        self.page = page
    }

    /// The input that was running when the process ended.
    static func last(in record: String) -> [UInt8] {
        let file = open(record, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: size)
        guard pread(file, &bytes, size, 0) == size else { return [] }
        let count = bytes.withUnsafeBytes { $0.load(as: Int.self) }
        return Array(bytes.dropFirst(8).prefix(max(0, count)))
    }

    /// Runs the unchanged valid inputs first, then inputs derived from them.
    func run(for seconds: Double, _ executions: Int?) {
        var mutation = Mutation(seed: seed, corpus: corpus)
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0
        for input in corpus + [[]] { execute(input) }
        while executions.map({ count < $0 }) ?? (start.duration(to: clock.now) < .seconds(seconds)) {
            alarm(Self.patience)
            for _ in 0..<64 { execute(mutation.input()) }
            count += 64
        }
        alarm(0)
        let took = start.duration(to: clock.now) / .seconds(1)
        let rate = Int(Double(count) / max(took, 0.001))
        print("\(target.name): \(count) executions in \(Int(took)) s, \(rate) a second, nothing found")
    }

    private func execute(_ input: [UInt8]) {
        let count = min(input.count, Self.size - 8)
        page.storeBytes(of: count, as: Int.self)
        input.withUnsafeBytes { if let base = $0.baseAddress { memcpy(page + 8, base, count) } }
        target.run(input)
    }
}
