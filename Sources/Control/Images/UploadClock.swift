internal import ServiceLifecycle

/// Deletes abandoned uploads of images, at the server's start and every hour.
package struct UploadClock: Service {
    private let vault: any ImageVault
    private let pause: Duration

    package init(vault: any ImageVault, pause: Duration = .seconds(3600)) {
        self.vault = vault
        self.pause = pause
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await vault.forgetAbandonedUploads()
                try? await Task.sleep(for: pause)
            }
        }
    }
}
