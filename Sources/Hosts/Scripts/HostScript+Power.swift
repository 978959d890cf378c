extension HostScript {
    /// Functions of both scripts. `boot` prints what is the same for one run of the host and no other: the kernel's id, and
    /// when process 1 was started, which tells containers on one kernel apart. `way` prints what switches the host off.
    private static let functions = #"""
        set -u
        PATH=$PATH:/usr/sbin:/sbin
        boot() {
          read -r stat < /proc/1/stat && read -r id < /proc/sys/kernel/random/boot_id || return
          set -- ${stat##*) }
          echo "$id.${20}"
        }
        way() {
          if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then echo systemctl poweroff
          elif command -v shutdown >/dev/null; then echo shutdown -h -P now
          elif command -v poweroff >/dev/null; then echo poweroff
          fi
        }
        """#

    /// Prints `boot ID`, `space ID` (of its process ids), and `way COMMAND…` unless nothing is there that would switch it off.
    static let boot = HostScript(
        name: "boot",
        text: functions + #"""

            echo "boot $(boot)"
            echo "space $(readlink /proc/self/ns/pid)"
            way=$(way)
            [ -z "$way" ] || echo "way $way"
            """#)

    /// Switches the host off, unless it is another run of it: `power-off BOOT`. Prints `going`, `other BOOT`, `none` where
    /// nothing would do it, or `failed` and what was said.
    ///
    /// What does it runs in a session of its own, so that it goes on when this connection ends; it is listened to for 3 s.
    static let powerOff = HostScript(
        name: "power-off",
        text: functions + #"""

            boot=$(boot) way=$(way)
            [ "$boot" = "$1" ] || { echo "other $boot"; exit 0; }
            [ -n "$way" ] || { echo none; exit 0; }
            folder=$(mktemp -d) || exit 1
            setsid sh -c 'folder=$1; shift; "$@" > "$folder/said" 2>&1; echo $? > "$folder/new"; mv "$folder/new" "$folder/code"' \
              sh "$folder" $way < /dev/null > /dev/null 2>&1 &
            for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
              [ ! -e "$folder/code" ] || break
              sleep 0.2
            done
            [ -e "$folder/code" ] || { echo going; exit 0; }
            if [ "$(cat "$folder/code")" = 0 ]; then echo going
            else echo failed; head -c 500 "$folder/said"; fi
            rm -rf "$folder"
            """#)
}
