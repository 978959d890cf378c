internal import HTTP
internal import Logging
internal import ServiceLifecycle

/// Renews the server's own certificate while the server runs. Listeners read the new files with the next connection.
struct CertificateRenewal: Service {
    let certificate: OwnCertificate
    let log: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: .seconds(12 * 3600))
                do {
                    try certificate.prepare()
                } catch {
                    log.error("the server's own certificate cannot be renewed", metadata: ["why": "\(error)"])
                }
            }
        }
    }
}
