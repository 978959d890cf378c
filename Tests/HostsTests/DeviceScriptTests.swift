import Foundation
import Model
import Testing

@testable import Hosts

/// Devices that the kernel shows in `/sys`; here `/sys` is a folder with the same content.
@Suite(
    "Devices that are the same bytes", .enabled(if: ScratchHost.isThere, ScratchHost.needs), .serialized,
    .timeLimit(.minutes(5)))
struct DeviceScriptTests {
    /// A disk with two partitions, the second in a volume group; a loop device with a partition; and a separate disk.
    private static let scene = #"""
        mkdir /run/sys
        mount --bind /run/sys /sys
        # made NAME MAJOR MINOR PLACE: creates a device and its files in /sys.
        made() {
          mknod /run/$1 b $2 $3
          mkdir -p /sys/devices/$4/slaves /sys/devices/$4/holders /sys/dev/block /sys/block
          echo $2:$3 >/sys/devices/$4/dev
          ln -s /sys/devices/$4 /sys/dev/block/$2:$3
          case $4 in */*) echo 1 >/sys/devices/$4/partition; rmdir /sys/devices/$4/slaves ;; *) ln -s /sys/devices/$4 /sys/block/$4 ;; esac
        }
        made disk 3500 0 disk; made part1 3500 1 disk/part1; made part2 3500 2 disk/part2
        made lv1 3501 1 dm-1; made lv2 3501 2 dm-2
        for lv in dm-1 dm-2; do ln -s /sys/devices/disk/part2 /sys/devices/$lv/slaves/part2; done
        ln -s /sys/devices/dm-1 /sys/devices/disk/part2/holders/dm-1
        made apart 3500 16 apart
        mkdir /run/pool
        echo x >/run/pool/file; echo y >/run/pool/vms-image-aa; echo z >/run/pool/swap
        made loop0 3502 0 loop0; made loop0p1 3502 1 loop0/loop0p1; made loop1 3502 8 loop1
        mkdir /sys/devices/loop0/loop /sys/devices/loop1/loop
        echo /run/pool/file >/sys/devices/loop0/loop/backing_file
        echo /run/pool/vms-image-aa >/sys/devices/loop1/loop/backing_file
        mknod /run/again b 3500 1
        printf 'Filename Type Size Used Priority\n/run/pool/sw\\141p file 1 0 -2\n' >/run/swaps
        mount --bind /run/swaps /proc/swaps
        look() {
          asked=/run/$1 pools=/run/pool allowed= trusted=1 used=; shift
          for one in "$@"; do used="$used /run/$one"; done
          { printf "asked='%s'\npools='%s'\nallowed=\ntrusted=1\nused='%s'\n" "$asked" "$pools" "$used"; cat $scratch/look-at-disk; } | sh -s |
            grep -E '^(used|busy|copy)' | paste -sd ';'
          echo .
        }

        """#

    private func look(_ path: String, _ used: String...) async throws -> [String] {
        let lines = try await ScratchHost.run(
            [LookAtDisk.script], Self.scene + "look \(path) \(used.joined(separator: " "))")
        #expect(lines.last == ".", "\(lines)")
        return lines.dropLast().flatMap { $0.split(separator: ";").map(String.init) }
    }

    @Test("a disk, its partitions, and the mappings on them")
    func families() async throws {
        #expect(try await look("part1", "disk", "part2", "again", "apart", "lv1") == ["used 1", "used 3"])
        #expect(
            try await look("disk", "part1", "part2", "lv1", "apart") == [
                "used 1", "used 2", "used 3", "busy the host builds dm-1 on it",
            ])
        #expect(try await look("lv1", "lv2", "part1", "part2", "disk") == ["used 3", "used 4"])
        #expect(try await look("apart", "disk", "part1", "lv1", "none").isEmpty)
    }

    @Test("a loop device, its partitions and its file")
    func loops() async throws {
        #expect(try await look("loop0", "pool/file", "loop1", "loop0p1") == ["used 1", "used 3"])
        #expect(try await look("loop0p1", "pool/file") == ["used 1"])
        let file = try await look("pool/file", "loop0p1")
        #expect(file.count == 2 && file[0] == "used 1" && file[1].hasPrefix("busy the host has it as /dev/loop0"))
        let copy = try await look("loop1")
        #expect(copy.count == 1 && copy[0].hasPrefix("copy 166155163"))
    }

    @Test("the host's swap file") func swap() async throws {
        #expect(try await look("pool/swap") == ["busy the host swaps to it"])
    }
}
