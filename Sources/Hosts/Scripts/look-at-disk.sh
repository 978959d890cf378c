#!/bin/sh
# Inspects a path that will become a machine's disk. Opens it only if it is a file or a block device and allowed.
#
# Variables in front of it: asked, the path; pools, the folders of pools; allowed, the paths that the operator allows;
# used, the paths in use, with a plus in front of those that may have backing files; trusted, 1 if the path needs no
# permission. Paths are encoded for printf %b.
#
# Prints `kind KIND`; `path` and each byte of the resolved path in octal; `allowed`; `used NUMBER` for each used path
# that has the same bytes, whatever its name or backing files; `copy` and the name (in octal) of each of VMS's own
# volumes in a pool that is the same; `busy WORDS` if the host itself uses it; `header` and its first bytes in
# hexadecimal; and last `info` with the output of qemu-img.
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
