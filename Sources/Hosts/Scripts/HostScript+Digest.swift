internal import Control

extension HostScript {
    /// What a file on the host holds: `digest PATH`, where PATH is spelled by ``HostArgument/init(path:)``.
    ///
    /// Prints `data HEX` as ``StoredFile/dataDigest`` has it, for which holes are not read; where there are none, or the
    /// host has no perl, `whole HEX`, SHA-256 of every byte; `missing`, or `unreadable` to whom the host lets us be.
    /// OpenSSL, where it is there, uses the processor's own instructions for SHA-256, `sha256sum` does not.
    static let digest = HostScript(
        name: "digest",
        text: #"""
            set -u
            path=$(printf "$(printf '%s' "$1" | sed 's/.../\\&/g')")
            [ -r "$path" ] || { echo unreadable; exit 0; }
            if command -v openssl >/dev/null; then sum="openssl dgst -sha256 -r"
            elif command -v sha256sum >/dev/null; then sum=sha256sum
            else echo missing; exit 0; fi
            kind=whole
            set -- $(stat -c '%s %b %B' "$path")
            if [ $(( $2 * $3 )) -lt "$1" ] && command -v perl >/dev/null; then kind=data; fi
            digits=$(
              if [ $kind = data ]; then
                perl -e '
                  my ($path, $block) = @ARGV;
                  open(my $file, "<:raw", $path) or die "$path: $!\n";
                  sub put { syswrite(STDOUT, $_[0]) == length $_[0] or die "$!\n" }
                  my $size = -s $file;
                  fcntl(STDOUT, 1031, 1048576);  # F_SETPIPE_SZ: fewer changes between the two processes
                  my ($data, $end) = (0, 0);
                  for (my $at = 0; $at < $size; $at += $block) {
                    if ($at >= $end) {
                      $data = sysseek($file, $at, 3);
                      if ($data) { $data += 0 } elsif ($!{ENXIO}) { last } else { ($data, $end) = ($at, $size) }
                      if ($end <= $data) { $end = sysseek($file, $data, 4) || $size }
                      $at = int($data / $block) * $block;
                    }
                    sysseek($file, $at, 0);
                    my ($text, $got) = (pack("Q>", $at / $block), 1);
                    while ($got && length $text < 8 + $block) {
                      $got = sysread($file, $text, 8 + $block - length $text, length $text);
                    }
                    defined $got or die "$path: $!\n";
                    put($text) unless $text =~ /\A.{8}\0*\z/s;
                  }
                  put(pack("Q>", $size));
                ' "$path" 65536 | $sum
              else $sum < "$path"; fi
            ) || exit 1
            echo "$kind ${digits%% *}"
            """#)
}
