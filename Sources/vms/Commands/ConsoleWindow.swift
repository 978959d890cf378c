internal import FoundationEssentials
internal import Synchronization
internal import VMSAPI
internal import VMSClient

/// A console of a machine in the terminal.
struct ConsoleWindow: Sendable {
    let client: VMSClient
    let options: ConsoleOptions
    let console: Console
    let isJSON: Bool

    /// Ctrl-], as in telnet and virsh.
    private static let escape: UInt8 = 0x1D

    private struct Left: Error {}

    /// Shows the console until Ctrl-] is typed.
    func run() async throws {
        let isTerminal = options.types && RawTerminal.begin()
        defer { RawTerminal.end() }
        if isTerminal { console.errors("console of \(options.machine.visible); Ctrl-] ends\r\n") }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await show() }
                if isTerminal {
                    let (keys, typed) = AsyncStream<[UInt8]>.makeStream()
                    group.addTask { try await read(into: typed) }
                    group.addTask {
                        try await type(keys)
                        throw Left()
                    }
                } else if options.types {
                    group.addTask { try await type(RawTerminal.keys()) }
                }
                defer { group.cancelAll() }
                // The first error ends it; waitForAll would wait for the others before.
                while try await group.next() != nil {}
            }
        } catch is Left {
            console.errors("\r\n")
        }
    }

    private func show() async throws {
        var filter = TerminalFilter()
        let passesAll = options.isRaw || !console.outputIsTerminal
        try await client.followConsole(of: options.machine, from: options.from) { update in
            switch update {
            case .bytes(let bytes) where isJSON:
                let data = WireValue.object([.init("bytes", .string(Data(bytes).base64EncodedString()))])
                console.output(JSONText.line(data) + "\n")
            case .event(let event) where isJSON: console.output(JSONText.line(event.wireValue) + "\n")
            case .bytes(let bytes): console.bytes(passesAll ? bytes : filter.filtered(bytes))
            case .event(let event):
                if let words = event.words { console.errors("\r\n[\(words)]\r\n") }
            }
            if Console.isClosed { throw Left() }
        }
    }

    /// Reads what is typed until Ctrl-], which ends the console also while the server is away.
    private func read(into typed: AsyncStream<[UInt8]>.Continuation) async throws {
        for await keys in RawTerminal.keys() {
            let mine = keys.prefix { $0 != Self.escape }
            if !mine.isEmpty { typed.yield(Array(mine)) }
            if mine.count < keys.count { break }
        }
        typed.finish()
        // What was typed before is sent, if that is possible at once.
        try await Task.sleep(for: .seconds(1))
        throw Left()
    }

    /// Sends what is typed. A message that may have been lost is sent again under its number.
    private func type(_ typed: AsyncStream<[UInt8]>) async throws {
        let writer = String(UInt64.random(in: .min ... .max), radix: 36)
        var (sequence, takesOver) = (Int64(0), options.takesOver)
        for await bytes in typed {
            sequence += 1
            if try await send(bytes, writer, sequence, takesOver) { takesOver = false }
        }
    }

    /// - Returns: whether the message was typed; a refusal is shown, and the console goes on.
    private func send(_ bytes: [UInt8], _ writer: String, _ sequence: Int64, _ takesOver: Bool) async throws -> Bool {
        for attempt in 1... {
            do {
                try await client.type(
                    bytes, on: options.machine, as: writer, sequence: sequence, takesOver: takesOver)
                return true
            } catch let error as VMSClientError {
                if case .fault(let fault) = error {
                    console.errors("\r\n[not typed: \(fault.reason.visible)]\r\n")
                    return false
                }
                guard attempt < 60 else { throw error }
                try await Task.sleep(for: .seconds(1))
            }
        }
        return false
    }
}

extension ConsoleEvent {
    /// The event for a person; `nil` if it is no news.
    var words: String? {
        switch kind {
        case .opened: nil
        case .moved: "the machine was moved from \((from ?? "").visible) to \((phyServer ?? "").visible)"
        case .gap: bytes.map { "\($0) bytes are missing here" } ?? "some bytes may be missing here"
        case .closed: "the console is closed: \((reason ?? "").visible)"
        case .writer: "\((user ?? "").visible) types"
        }
    }
}
