#!/bin/sh
# Prints the longest time so far between two answers of a flow, or since the last one, in ms: tell-flow-gap MAC. Prints
# nothing before the first answer.
sed -n 's/^\[\([0-9.]*\)\] .* bytes from .*/\1/p' "/run/vmsp-flow-$1/told" 2>/dev/null | awk -v now="$(date +%s.%N)" '
  last && $1 - last > gap { gap = $1 - last }
  { last = $1 }
  END { if (last) { if (now - last > gap) gap = now - last; printf "%d\n", gap * 1000 } }'
