internal import Model

/// A host's offer to send an image's file to one other host, which alone knows the keys for it. The offer ends when the
/// last reference to it is released.
final class ImageOffer: Sendable {
    /// The name of the host that offers the file.
    let source: String
    /// The address and the port of the offer.
    let endpoint: [HostArgument]
    /// The private key for the receiver, and the sender's host key that it should expect.
    let secrets: [HostArgument]

    private let process: Task<Void, Never>

    /// The maximum duration of an offer, in seconds: a day. The receiver watches the rate.
    static let seconds = 86_400
    /// The time limit for a host to make an offer.
    private static let patience = Duration.seconds(30)

    private init(
        _ source: String, _ endpoint: [HostArgument], _ secrets: [HostArgument], _ process: Task<Void, Never>
    ) {
        self.source = source
        self.endpoint = endpoint
        self.secrets = secrets
        self.process = process
    }

    deinit { end() }

    /// Withdraws the offer.
    func end() { process.cancel() }

    /// Lets a host offer its copy.
    ///
    /// - Throws: `notOffered` with what the host lacks for it.
    static func made(by source: ImageSource, over opened: HostSession.Opened) async throws -> ImageOffer {
        guard let shell = opened.route.shell else {
            throw Refusal(.notOffered, "no program can be run on \(source.host.name)")
        }
        let path = try await Volumes(opened.connection).path(source.volume)
        let client = try await OneTimeKey.made()
        let give = GiveImage(path, at: source.host.addresses.compactMap(IPAddress.init), to: client)
        let (lines, input) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
        let process = Task {
            do throws(Refusal) {
                try await shell.follow(give, seconds: seconds) { input.yield($0) }
            } catch {
                input.yield("cannot: \(error.reason) \(error.detail ?? "")")
            }
            input.finish()
        }
        let limit = Task {
            try await Task.sleep(for: patience)
            process.cancel()
        }
        defer { limit.cancel() }
        let first = await withTaskCancellationHandler {
            await lines.first { _ in true }
        } onCancel: {
            process.cancel()
        }
        guard let answer = first.flatMap(OfferAnswer.init) else {
            process.cancel()
            throw Refusal(.notOffered, "\(source.host.name) cannot send it: \(first ?? "it printed nothing")")
        }
        return ImageOffer(
            source.host.name, [HostArgument(answer.address), HostArgument(answer.port)],
            [client.secret, HostArgument(bytes: Array(answer.key.text.utf8))], process)
    }
}
