package import Model

/// What an operation that succeeded tells.
package struct OperationOutcome: Sendable, Equatable {
    package struct Phase: Sendable, Equatable {
        package var name: String
        package var milliseconds: Int64
    }

    /// Bytes that were sent to hosts.
    package var sentBytes: Int64 = 0
    package var phases: [Phase] = []
    /// Copies of images that left their host, with the bytes they took there.
    package var swept: [VolumeName: Int64] = [:]
    /// Those that stayed, and why.
    package var kept: [VolumeName: String] = [:]
}

typealias Ended = Result<OperationOutcome, Refusal>
