internal import Model

/// A host's offer to send an image's file to one other host, which alone knows the keys for it. It ends when nobody holds
/// it any more.
final class ImageOffer: Sendable {
    /// The host that offers it.
    let giver: String
    /// Where it is taken: the address and the port.
    let place: [HostArgument]
    /// With what it is taken: the key to show, and the one that will be shown.
    let secrets: [HostArgument]

    private let process: Task<Void, Never>

    /// How long it may stand, in seconds: a day. Whoever takes from it watches how fast that goes.
    static let seconds = 86_400
    /// For how long an offer is waited for.
    private static let patience = Duration.seconds(30)

    private init(
        _ giver: String, _ place: [HostArgument], _ secrets: [HostArgument], _ process: Task<Void, Never>
    ) {
        self.giver = giver
        self.place = place
        self.secrets = secrets
        self.process = process
    }

    deinit { end() }

    /// Takes it back.
    func end() { process.cancel() }

    /// Has a host offer what is there.
    ///
    /// - Throws: `notOffered` with what the host lacks for it.
    static func made(by giver: ImageGiver, over opened: HostSession.Opened) async throws -> ImageOffer {
        guard let shell = opened.route.shell else {
            throw Refusal(.notOffered, "no program can be run on \(giver.host.name)")
        }
        let path = try await Volumes(opened.connection).path(giver.volume)
        let client = try await OneTimeKey.made()
        let give = GiveImage(path, at: giver.host.addresses.compactMap(IPAddress.init), to: client)
        let (lines, told) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
        let process = Task {
            do throws(Refusal) {
                try await shell.follow(give, seconds: seconds) { told.yield($0) }
            } catch {
                told.yield("cannot: \(error.reason) \(error.detail ?? "")")
            }
            told.finish()
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
            throw Refusal(.notOffered, "\(giver.host.name) cannot send it: \(first ?? "it said nothing")")
        }
        return ImageOffer(
            giver.host.name, [HostArgument(answer.address), HostArgument(answer.port)],
            [client.secret, HostArgument(bytes: Array(answer.key.text.utf8))], process)
    }
}
