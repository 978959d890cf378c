#!/bin/sh
# Shuts the host down, unless it has booted again since: power-off BOOT. Prints `going`, `other BOOT`, `none` if the
# host has no program for it, or `failed` and the program's output.
#
# The program runs in its own session, so that it continues when this connection ends. Its output is awaited for 3 s.
#include shared/power.sh

boot=$(boot) way=$(way)
[ "$boot" = "$1" ] || { echo "other $boot"; exit 0; }
[ -n "$way" ] || { echo none; exit 0; }
folder=$(mktemp -d) || exit 1
# shellcheck disable=SC2016,SC2086  # that shell's own variables; a command and its arguments
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
