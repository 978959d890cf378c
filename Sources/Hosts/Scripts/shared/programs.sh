# Programs that a host needs. Variable before it: programs, with NAME|SIGN|MAKER|PACKAGE|LOSS for each, each spelled for
# printf %b; SIGN is what -V says of the one that is meant and of no other, or empty.
#
# programs: one in each line. lacking: `lacks NAME` for each that is not there, `other NAME` for one of which there is another.
: "${programs:=}"
# shellcheck disable=SC2086  # each word is a program
programs() { printf '%b\n' $programs; }
lacking() {
  programs | while IFS='|' read -r tool sign _; do
    [ -n "$tool" ] || continue
    command -v "$tool" >/dev/null || { echo "lacks $tool"; continue; }
    [ -z "$sign" ] || case $("$tool" -V 2>&1 </dev/null) in *"$sign"*) ;; *) echo "other $tool" ;; esac
  done
}
