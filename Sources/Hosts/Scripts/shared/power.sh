# boot: prints an identity of the host's current boot: the kernel's boot id, and the start time of process 1, in which
# containers on one kernel differ. way: prints the command that shuts the host down.
set -u
PATH=$PATH:/usr/sbin:/sbin
boot() {
  read -r stat < /proc/1/stat && read -r id < /proc/sys/kernel/random/boot_id || return
  # shellcheck disable=SC2086  # the words after the program's name, which may hold blanks and brackets
  set -- ${stat##*) }
  echo "$id.${20}"
}
way() {
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then echo systemctl poweroff
  elif command -v shutdown >/dev/null; then echo shutdown -h -P now
  elif command -v poweroff >/dev/null; then echo poweroff
  fi
}
