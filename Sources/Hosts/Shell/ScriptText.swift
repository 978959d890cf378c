/// The complete text of a script, as it is sent to hosts. Shared parts are files of their own: a line `#include FILE`
/// is replaced by that file. `scripts/host-script` does the same for people and for shellcheck.
enum ScriptText {
    /// The files that can be included, by their paths in `Scripts`.
    private static let included: [Substring: [UInt8]] = [
        "digest-file.pl": PackageResources.digest_file_pl,
        "give-image.pl": PackageResources.give_image_pl,
        "open-alone.pl": PackageResources.open_alone_pl,
        "take-image.pl": PackageResources.take_image_pl,
        "segment-hook.sh": PackageResources.segment_hook_sh,
        "shared/clock.sh": PackageResources.clock_sh,
        "shared/filters.sh": PackageResources.filters_sh,
        "shared/guests.sh": PackageResources.guests_sh,
        "shared/iptables-verdict.sh": PackageResources.iptables_verdict_sh,
        "shared/nft-verdict.sh": PackageResources.nft_verdict_sh,
        "shared/octal.sh": PackageResources.octal_sh,
        "shared/power.sh": PackageResources.power_sh,
        "shared/probe-space.sh": PackageResources.probe_space_sh,
        "shared/programs.sh": PackageResources.programs_sh,
        "shared/same-bytes.sh": PackageResources.same_bytes_sh,
        "shared/segments.sh": PackageResources.segments_sh,
        "shared/taken-vnis.sh": PackageResources.taken_vnis_sh,
    ]
    private static let mark = "#include "

    /// Returns a file with its includes expanded, recursively. A line that names no known file stays.
    static func whole(_ file: [UInt8]) -> String { whole(file, depth: 0) }

    /// - Parameter depth: at most eight, as in `scripts/host-script`, so that a cycle of includes ends.
    private static func whole(_ file: [UInt8], depth: Int) -> String {
        String(decoding: file, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { line in
                guard line.hasPrefix(mark), depth < 8, let other = included[line.dropFirst(mark.count)] else {
                    return line + "\n"
                }
                return whole(other, depth: depth + 1)
            }
            .joined()
    }
}
