internal import Model

extension SimulatedHost {
    mutating func create(_ disk: CreateDisk) {
        volumes.insert(disk.volume)
        backing[disk.volume] = disk.backing?.path
        capacities[disk.volume] = disk.capacity
    }

    mutating func undoCreate(_ disk: CreateDisk) { remove(disk.volume) }

    mutating func write(_ seed: WriteSeed) { volumes.insert(seed.volume) }

    mutating func undoWrite(_ seed: WriteSeed) { remove(seed.volume) }
}
