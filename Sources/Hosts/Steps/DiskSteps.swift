internal import Control
internal import Libvirt
internal import Model

extension StepHost {
    func create(_ disk: CreateDisk) async throws { try await Volumes(connection).create(disk) }

    func undoCreate(_ disk: CreateDisk) async throws { try await remove(disk.volume) }

    func write(_ seed: WriteSeed) async throws -> StepOutcome {
        let bytes = SeedDisk.image(of: seed.seed)
        try await Volumes(try await streams()).write(bytes, to: seed.volume)
        return StepOutcome(sentBytes: Int64(bytes.count))
    }

    func undoWrite(_ seed: WriteSeed) async throws { try await remove(seed.volume) }

    func remove(_ volume: VolumeName) async throws { try await Volumes(connection).remove(volume) }
}
