#!/bin/sh
# Looks at a path that a machine is to have as disk, and opens it only when it is a file or a block device and allowed.
#
# Variables before it: asked, the path; pools, folders of pools; allowed, what the operator allows; used, paths that
# somebody uses, with a plus before those that may be based on others; trusted, 1 where the path needs no leave. Paths are
# spelled for printf %b.
#
# Prints `kind KIND`, `path` and every byte of where it is in octal, `allowed`, `used NUMBER` for each that has the same
# bytes whatever it is called or based on, `copy` and the name (in octal) of what VMS made in a pool and is the same,
# `busy WORDS` where the host itself uses it, `header` and its first bytes in hexadecimal, and last `info` with what
# qemu-img says.
set -u
: "${asked:=}" "${pools:=}" "${allowed:=}" "${used:=}" "${trusted:=0}"
#include shared/same-bytes.sh
octal() { printf %s "$1" | od -An -v -to1 | tr -d ' \n'; }
path=$(readlink -f -- "$(plain "$asked")" 2>/dev/null) || path=
if [ -z "$path" ] || [ ! -e "$path" ]; then kind=absent
elif [ -f "$path" ]; then kind='file'
elif [ -b "$path" ]; then kind=block
elif [ -d "$path" ]; then kind=directory
elif [ -p "$path" ]; then kind=fifo
elif [ -S "$path" ]; then kind=socket
elif [ -c "$path" ]; then kind=character
else kind=other; fi
echo "kind $kind"
echo "path $(octal "$path")"
may=$trusted
for one in $pools; do
  # shellcheck disable=SC3013  # dash, bash and busybox know -ef
  [ -n "$path" ] && [ "${path%/*}/" -ef "$(plain "$one")" ] && may=1
done
for one in $allowed; do
  place=$(readlink -f -- "$(plain "$one")") || continue
  case $path in "$place" | "$place"/*) may=1 ;; esac
done
[ "$may" = 1 ] || exit 0
echo "allowed yes"
case $kind in file | block) ;; *) exit 0 ;; esac
compare "$path"
count=0
for one in $used; do
  count=$((count + 1))
  other=$(plain "$one")
  if same "${other#+}" || { [ "$other" != "${other#+}" ] && restsOnIt "${other#+}"; }; then echo "used $count"; fi
done
for one in $pools; do
  for other in "$(plain "$one")"/vms-*; do
    [ ! -e "$other" ] || ! same "$other" || echo "copy $(octal "${other##*/}")"
  done
done
hostsOwn
echo "header $(timeout 10 head -c 112 -- "$path" 2>/dev/null | od -An -v -tx1 | tr -d ' \n')"
if command -v qemu-img >/dev/null; then
  echo info
  timeout 10 qemu-img info -U --output=json -- "$path" 2>/dev/null
fi
exit 0
