extension HostScript {
    /// Offers a file to one other host, over SSH with keys for this one time, until who asked for it is there no more:
    /// `giveImage PATH ADDRESSES`, the addresses with commas between them or `-`; its secret is the line by which to know the
    /// other host.
    ///
    /// An `sshd` of its own, on a port from 49300 to 49363, runs nothing but the program that reads the file, from the byte
    /// on that the other host asks for. No file of the host's own `sshd` is touched. Prints `offer ADDRESS PORT KEY`, with the
    /// first of the addresses that is the host's own and the Ed25519 key that it will show, and every second `giving`; or
    /// `cannot` and why.
    ///
    /// The program sends pieces: where it begins (8 bytes), how long it is (4), and the bytes. One without bytes tells that
    /// nothing but zeros is before; at the file's size, that it is the last.
    static let giveImage = HostScript(
        name: "giveImage",
        text: #"""
            set -u
            path=$(printf "$(printf '%s' "$1" | sed 's/.../\\&/g')")
            cannot() { echo "cannot $*"; exit 0; }
            [ -f "$path" ] && [ -r "$path" ] || cannot read the file
            command -v perl >/dev/null || cannot run perl
            sshd=$(command -v sshd || echo /usr/sbin/sshd)
            [ -x "$sshd" ] || cannot run sshd
            own=$(ip -o addr show scope global 2>/dev/null | sed -n 's/.* inet6\{0,1\} \([^ /]*\).*/\1/p')
            # The one under which this server reaches it is better than any.
            address=$(set -- ${SSH_CONNECTION:-}; echo "${3:-}")
            [ -n "$address" ] || address=$(printf '%s\n' "$own" | head -n 1)
            for one in $(printf '%s' "$2" | tr , ' '); do
              if printf '%s\n' "$own" | grep -qxF -e "$one"; then address=$one; break; fi
            done
            [ -n "$address" ] || cannot find an address of its own

            umask 077
            folder=$(mktemp -d /run/vmsp-give-XXXXXX) || exit 1
            server=
            end() {
              [ -z "$server" ] || kill "$server" 2>/dev/null
              # One that hangs on a disk would not find out that nobody reads any more.
              pkill -KILL -f "perl $folder/give" 2>/dev/null
              rm -rf "$folder"
            }
            trap end EXIT
            # PIPE: who asked is there no more.
            trap 'exit 1' HUP INT TERM PIPE
            ssh-keygen -q -t ed25519 -N '' -C '' -f "$folder/key" || cannot make a key
            printf '%s' "$secret1" | base64 -d >"$folder/known" || exit 1
            cat >"$folder/give" <<'END'
            use strict;
            my $path = pack "C*", map { oct } $ARGV[0] =~ /(...)/g;
            my ($at) = ($ENV{SSH_ORIGINAL_COMMAND} // "") =~ /\A([0-9]{1,18})\z/ or die "from where?\n";
            open(my $file, "<:raw", $path) or die "$path: $!\n";
            my ($size, $most) = (-s $file, 262144);
            my ($zeros, $end, $told) = ("\0" x $most, $at, $at);
            sub put {
              for (my $put = 0; $put < length $_[0];) {
                $put += syswrite(STDOUT, $_[0], (length $_[0]) - $put, $put) || die "$!\n";
              }
            }
            while ($at < $size) {
              if ($at >= $end) {
                my $data = sysseek($file, $at, 3);  # SEEK_DATA
                if ($data) { $data += 0 } elsif ($!{ENXIO}) { last } else { ($data, $end) = ($at, $size) }
                $end = sysseek($file, $data, 4) || $size if $end <= $data;
                $at = $data;
              }
              sysseek($file, $at, 0);
              my $got = sysread($file, my $text, $end - $at < $most ? $end - $at : $most) or die "$path ends early\n";
              if ($text ne substr($zeros, 0, $got)) { put(pack("Q>N", $at, $got) . $text); $told = $at + $got }
              elsif ($at - $told > 16777216) { put(pack("Q>N", $at, 0)); $told = $at }
              $at += $got;
            }
            put(pack("Q>N", $size, 0));
            END
            cat >"$folder/config" <<END
            AddressFamily any
            HostKey $folder/key
            AuthorizedKeysFile $folder/known
            StrictModes no
            PidFile none
            UsePAM yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PubkeyAuthentication yes
            PermitRootLogin prohibit-password
            PermitTTY no
            PermitUserRC no
            DisableForwarding yes
            AllowUsers root
            LoginGraceTime 10
            ClientAliveInterval 5
            ClientAliveCountMax 2
            PrintMotd no
            ForceCommand exec perl $folder/give $1
            END
            port=49300
            while [ $port -lt 49364 ]; do
              "$sshd" -D -e -f "$folder/config" -o "ListenAddress=$address" -p $port 2>"$folder/said" &
              server=$! tries=0
              until grep -q 'listening on' "$folder/said" || ! kill -0 "$server" 2>/dev/null; do
                tries=$(( tries + 1 ))
                [ $tries -le 200 ] || cannot start sshd
                sleep 0.05
              done
              if kill -0 "$server" 2>/dev/null; then break; fi
              grep -q 'Address already in use' "$folder/said" || cannot start sshd: $(tail -n 1 "$folder/said")
              server= port=$(( port + 1 ))
            done
            [ -n "$server" ] || cannot find a free port
            read -r _ key <"$folder/key.pub"
            echo "offer $address $port $key"
            while kill -0 "$server" 2>/dev/null; do
              # A trap waits for what runs, but not for what is waited for.
              sleep 1 & wait $!
              echo giving
            done
            """#)

    /// Takes a file that another host offers by ``giveImage``: `takeImage ADDRESS PORT FROM SIZE PATH`, or `-` for PATH to
    /// see how fast it comes; its secrets are the key to show, and the line by which to know the other host.
    ///
    /// What comes is written into the file at PATH, which is there, and holes as well as zeros are left as they are. Prints
    /// `at BYTE SENT` four times a second, whether something comes or not, and at the end: everything before BYTE of the file
    /// is written, and SENT bytes came for it. Without PATH, `rate BYTES HUNDREDTHS`, the bytes that came within so many
    /// hundredths of a second.
    static let takeImage = HostScript(
        name: "takeImage",
        text: #"""
            set -u
            address=$1 port=$2 from=$3 size=$4 path=$5
            [ "$path" = - ] || path=$(printf "$(printf '%s' "$path" | sed 's/.../\\&/g')")
            [ "$path" = - ] || [ -f "$path" ] || { echo "no file at $path" >&2; exit 1; }
            umask 077
            folder=$(mktemp -d /run/vmsp-take-XXXXXX) || exit 1
            giving= taking=
            end() {
              for job in $giving $taking; do kill "$job" 2>/dev/null; done
              rm -rf "$folder"
            }
            trap end EXIT
            trap 'exit 1' HUP INT TERM PIPE
            printf '%s' "$secret1" | base64 -d >"$folder/key" || exit 1
            { printf 'giver '; printf '%s' "$secret2" | base64 -d; echo; } >"$folder/known" || exit 1
            # No pipeline: who waits for that waits for ssh, which finds out that nobody reads only when something comes.
            mkfifo "$folder/pipe" || exit 1
            ssh -T -F none -i "$folder/key" -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile="$folder/known" \
              -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes -o HostKeyAlias=giver -o UpdateHostKeys=no \
              -o ConnectTimeout=5 -o ServerAliveInterval=3 -o ServerAliveCountMax=2 -o LogLevel=ERROR \
              -o Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com \
              -p "$port" "root@$address" "$from" </dev/null >"$folder/pipe" 2>"$folder/said" &
            giving=$!
            perl -e '
                use strict;
                my ($at, $size, $path) = @ARGV;
                $| = 1;
                # In hundredths of a second.
                sub now { open(my $up, "<", "/proc/uptime") or die; <$up> =~ /\A(\d+)\.(\d\d)/ or die; $1 * 100 + $2 }
                my ($text, $sent, $told, $begun, $first) = ("", 0, now(), now(), undef);
                my $file;
                if ($path ne "-") { open($file, "+<:raw", $path) or die "$path: $!\n" }
                # Four times a second, also while nothing comes.
                sub tick {
                  my $now = now();
                  if (!$file) {
                    # The first bytes have waited on the way.
                    if (!defined $first && $sent >= 1048576) { ($first, $sent) = ($now, 0) }
                    rate() if $now - ($first // $begun + 400) >= 100;
                  } elsif ($now - $told >= 25) {
                    print "at $at $sent\n";
                    $told = $now;
                  }
                }
                sub rate {
                  print "rate ", (defined $first ? ($sent, " ", now() - $first || 1) : "0 1"), "\n";
                  exit;
                }
                sub take {
                  my ($length) = @_;
                  $text = "";
                  while (length $text < $length) {
                    my $ready = "";
                    vec($ready, 0, 1) = 1;
                    if (select($ready, undef, undef, 0.25)) {
                      my $got = sysread(STDIN, $text, $length - length $text, length $text);
                      defined $got or die "$!\n";
                      $got or die "it ended early\n";
                    }
                    tick();
                  }
                }
                while (1) {
                  take(12);
                  my ($start, $length) = unpack("Q>N", $text);
                  $start >= $at && $start + $length <= $size && $length <= 1048576 or die "a piece that cannot be\n";
                  last if $length == 0 && $start == $size;
                  take($length);
                  $sent += $length;
                  if ($file && $length) {
                    sysseek($file, $start, 0);
                    for (my $put = 0; $put < $length;) {
                      $put += syswrite($file, $text, $length - $put, $put) || die "$path: $!\n";
                    }
                  }
                  $at = $start + $length;
                }
                rate() unless $file;
                truncate($file, $size) or die "$path: $!\n" if -s $file < $size;
                print "at $size $sent\n";
              ' "$from" "$size" "$path" <"$folder/pipe" &
            taking=$!
            wait "$taking" || { cat "$folder/said" >&2; exit 1; }
            taking=
            """#)
}
