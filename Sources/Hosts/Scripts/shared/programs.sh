# The programs that a host needs. Variable in front of it: programs, with NAME|SIGN|MAKER|PACKAGE|LOSS for each, each
# encoded for printf %b; SIGN is a text that -V prints only for the right program, or empty.
#
# programs: prints one per line. lacking: prints `lacks NAME` for each that is not installed, `other NAME` for each
# whose name belongs to a different program.
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
