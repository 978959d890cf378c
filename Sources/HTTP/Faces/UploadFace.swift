internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Model
internal import SOAP

/// Takes the files of images that are being added: `PATCH /images/uploads/UPLOAD/FILE` with the next piece as its body and
/// `Upload-Offset`, where it begins, as a header. The answer's `Upload-Offset` is where the next one begins.
///
/// As in tus (https://tus.io/protocols/resumable-upload), whose other half, making an upload and finding out how far it is,
/// is the service `addImage`.
struct UploadFace: Sendable {
    static let root = "/images/uploads/"

    let images: Images

    /// - Parameter body: the piece, or why there is none.
    func patch(
        _ request: Request, _ body: Result<[UInt8], Unacceptable>, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        let parts = request.uri.path.dropFirst(Self.root.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Unacceptable(.notFound, "an upload's files are at \(Self.root)UPLOAD/FILE, as addImage tells\n")
        }
        let type = ContentType(request.headers[.contentType]).type
        guard type == "application/offset+octet-stream" else {
            throw Unacceptable(
                .unsupportedMediaType,
                "Content-Type is '\(type.prefix(100))': must be application/offset+octet-stream\n")
        }
        let sent = request.headers[.uploadOffset] ?? ""
        guard let offset = Int64(sent), offset >= 0 else {
            throw Unacceptable(.badRequest, "Upload-Offset is '\(sent.prefix(40))': must be a number of bytes\n")
        }
        let bytes = try body.get()
        do throws(Refusal) {
            let received = try await images.append(bytes, at: offset, to: String(parts[1]), of: String(parts[0]))
            return Response(status: .noContent, headers: [.uploadOffset: String(received)])
        } catch {
            let failure = ServiceFailure(error)
            context.logger.info(
                "piece of an image refused", metadata: ["code": "\(error.code)", "detail": "\(error.detail ?? "")"])
            return JSONFace.problem(failure.status, failure)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let uploadOffset = Self("Upload-Offset") ?? .range
}
