internal import Model

extension StepHost {
    func make(_ segment: Segment) async throws { try await Segments(opened).make(segment) }

    func undoMake(_ segment: Segment) async throws { try await remove(segment) }

    func remove(_ segment: Segment) async throws { try await Segments(opened).remove(segment) }

    func reshape(_ reshape: ReshapeSegment) async throws {
        try await Segments(opened).remake(reshape.to, with: reshape.machines)
    }

    func undoReshape(_ reshape: ReshapeSegment) async throws {
        try await Segments(opened).remake(reshape.from, with: reshape.machines)
    }
}
