internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Model
internal import SOAP
internal import VMSAPI

/// Receives the files of images that are being added: `PATCH /images/uploads/UPLOAD/FILE`. The body is the next piece,
/// and the header `Upload-Offset` its position. The answer's `Upload-Offset` is the position of the following piece.
///
/// As in tus (https://tus.io/protocols/resumable-upload). The service `addImage` replaces the rest of tus: it creates
/// an upload and returns its progress.
struct UploadFace: Sendable {
    static let root = "/images/uploads/"

    let images: Images
    let access: any AccessControl

    /// Receives one piece of a file.
    ///
    /// - Parameter body: the piece, or the reason why it could not be read.
    func patch(
        _ request: Request, _ body: Result<[UInt8], Unacceptable>, by caller: Caller, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        let parts = request.uri.path.dropFirst(Self.root.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Unacceptable(.notFound, "an upload's files are at \(Self.root)UPLOAD/FILE, see addImage's answer\n")
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
            // The audit has the call of addImage that began the upload.
            let call = ServiceCall(AddImage.name, needs: .operator, on: .upload(String(parts[0])), changes: false)
            let received = try await access.carryOut(call, by: caller, result: { _ in (nil, []) }) {
                () async throws(Refusal) in
                try await images.append(bytes, at: offset, to: String(parts[1]), of: String(parts[0]))
            }
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
