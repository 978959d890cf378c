internal import HTTPTypes
internal import Hummingbird

/// The files of the server's page. They are the same for everybody.
enum PageFace {
    private static let files: [String: (bytes: [UInt8], type: String)] = [
        "/login": (PackageResources.login_html, "text/html; charset=utf-8"),
        "/login.js": (PackageResources.login_js, "text/javascript; charset=utf-8"),
        "/login.css": (PackageResources.login_css, "text/css; charset=utf-8"),
    ]

    static func answers(_ path: String) -> Bool { files[path] != nil }

    static func answer(_ request: Request) -> Response {
        guard let file = files[request.uri.path] else { return Reply.text(.notFound, "") }
        var response = Reply.bytes(.ok, file.bytes, file.type, to: request)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        response.headers[.cacheControl] = "no-cache"
        return response
    }
}
