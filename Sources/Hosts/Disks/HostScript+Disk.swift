extension HostScript {
    /// Looks at a path that a machine is to have as disk, and opens it only when it is a file or a block device and allowed.
    ///
    /// Words that stand before it: `asked`, the path; `pools`, folders of pools; `allowed`, what the operator allows; `used`,
    /// paths that definitions have; `trusted`, 1 where libvirt knows it as a volume of a pool that is no folder. Paths are
    /// spelled by ``HostArgument/init(bytesOf:)``.
    ///
    /// Prints `kind KIND`, `path` and every byte of where it is in octal, `allowed`, `used NUMBER` for each that is the same
    /// file or device whatever it is called, `busy WORDS` where the host itself uses it, `header` and its first bytes in
    /// hexadecimal, and last `info` with what `qemu-img` says.
    static let disk = HostScript(
        name: "disk",
        text: #"""
            set -u
            PATH=$PATH:/usr/sbin:/sbin
            plain() { printf %b "$1"; }
            # Kernel's number of a block device, MAJOR:MINOR.
            device() { printf '%d:%d' $(stat -L -c '0x%t 0x%T' -- "$1"); }
            # What is the same for one file or device under all its names.
            identity() {
              if [ -b "$1" ]; then
                number=$(device "$1")
                inside=$(cat "/sys/dev/block/$number/loop/backing_file" 2>/dev/null)
                if [ -n "$inside" ] && [ -f "$inside" ]; then stat -L -c 'file %d:%i' -- "$inside"
                else echo "device $number"; fi
              elif [ -f "$1" ]; then stat -L -c 'file %d:%i' -- "$1"
              fi
            }
            path=$(readlink -f -- "$(plain "$asked")" 2>/dev/null) || path=
            if [ -z "$path" ] || [ ! -e "$path" ]; then kind=absent
            elif [ -f "$path" ]; then kind=file
            elif [ -b "$path" ]; then kind=block
            elif [ -d "$path" ]; then kind=directory
            elif [ -p "$path" ]; then kind=fifo
            elif [ -S "$path" ]; then kind=socket
            elif [ -c "$path" ]; then kind=character
            else kind=other; fi
            echo "kind $kind"
            echo "path $(printf %s "$path" | od -An -v -to1 | tr -d ' \n')"
            may=$trusted
            for one in $pools; do
              [ -n "$path" ] && [ "${path%/*}/" -ef "$(plain "$one")" ] && may=1
            done
            for one in $allowed; do
              place=$(readlink -f -- "$(plain "$one")") || continue
              case $path in "$place" | "$place"/*) may=1 ;; esac
            done
            [ "$may" = 1 ] || exit 0
            echo "allowed yes"
            case $kind in file | block) ;; *) exit 0 ;; esac
            own=$(identity "$path") number=0
            for one in $used; do
              number=$((number + 1))
              other=$(plain "$one")
              if [ "$other" -ef "$path" ]; then echo "used $number"
              elif [ -b "$other" ] || [ "$kind" = block ] && [ "$(identity "$other")" = "$own" ]; then echo "used $number"; fi
            done
            if [ "$kind" = block ]; then
              numbers=$(device "$path")
              for file in "/sys/dev/block/$numbers"/*/dev; do [ ! -f "$file" ] || numbers="$numbers $(cat "$file")"; done
              for number in $numbers; do
                for holder in "/sys/dev/block/$number/holders"/*; do
                  [ ! -e "$holder" ] || echo "busy the host builds ${holder##*/} on it"
                done
                if grep -q "^[0-9]* [0-9]* $number " /proc/self/mountinfo; then echo "busy the host has it mounted"; fi
              done
            fi
            echo "header $(timeout 10 head -c 112 -- "$path" | od -An -v -tx1 | tr -d ' \n')"
            if command -v qemu-img >/dev/null; then
              echo info
              timeout 10 qemu-img info -U --output=json -- "$path" 2>/dev/null
            fi
            exit 0
            """#)

    /// What is at paths that a machine has as disks, without opening any: `used`, as ``disk`` has it. Prints a line for each
    /// that is there and is neither file nor block device: `odd NUMBER`.
    static let kinds = HostScript(
        name: "kinds",
        text: #"""
            set -u
            number=0
            for one in $used; do
              number=$((number + 1))
              path=$(printf %b "$one")
              [ ! -e "$path" ] || [ -f "$path" ] || [ -b "$path" ] || echo "odd $number"
            done
            """#)

    /// How long files are: `used`, as ``disk`` has it. Prints a line for each that is there: `size NUMBER BYTES`.
    static let sizes = HostScript(
        name: "sizes",
        text: #"""
            set -u
            number=0
            for one in $used; do
              number=$((number + 1))
              path=$(printf %b "$one")
              [ ! -f "$path" ] || echo "size $number $(stat -L -c %s -- "$path")"
            done
            """#)
}
