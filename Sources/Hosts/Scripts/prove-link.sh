#!/bin/sh
# Proves that the routers on a link answer: prove-link BRIDGE MTU ADDRESS/PREFIX MAC SECONDS MEMBERS STRANGERS PATIENCE
# TRIES, then for each router ADDRESS MAC FRAMES LENDER; `-` for what is not given. Lists of addresses and MACs have
# commas. PATIENCE is how many seconds one answer may take, TRIES how many full frames are sent before they count as
# lost.
#
# If the host has no address of its own on the link, it finds routers by ARP probes without an address (RFC 5227). It
# then sends a full frame in the name of LENDER, another router on this host; the answer goes to that router, and is
# observed on the bridge.
#
# Prints, for the router number N, `there N MAC` or `silent N`; `frames N full|small|none|unasked`; `heard N yes|no`;
# and `stranger LINE` for a frame from a sender that is not a member. If another MAC than the router's answers, that is
# the last line.
#include shared/probe-space.sh
bridge=$1 mtu=$2 address=$3 mac=$4 members=$6
strangers=$(printf '%s' "$7" | tr , ' ')
seconds=$5
end=$(( $(now) + seconds * 100 ))
patience=$8 most=$9
shift 9
enter "$bridge" "$mtu" "$address" "$mac"

filter=$(printf '%s' "$members" | sed 's/,/ or ether src /g; s/^/not (ether src /; s/$/)/')
inside tcpdump -i probe -nn -e -q -l -c 1 "$filter" >"$work/stranger" 2>"$work/stranger.said" &
number=0 listeners=
while [ $# -ge 4 ]; do
  eval "target$number=\$1 mac$number=\$2 lender$number=\$4"
  mac=$2 frames=$3
  shift 4
  if [ "$frames" != - ]; then
    frames=$(printf '%s' "$frames" | tr , ' ')
    inside timeout "$seconds" tcpdump -i probe -nn -q -c 1 "ether src $mac and ($frames)" \
      >"$work/heard$number" 2>/dev/null &
    listeners="$listeners $number:$!"
  fi
  number=$(( number + 1 ))
done

# there ADDRESS MILLISECONDS: prints the MAC that answers within that time plus the link's delay; asks once per second.
without=
[ "$address" != - ] || without=-D
there() {
  wait=$(( $2 + (patience - 1) * 1000 )) times=$(( ($2 + 999) / 1000 ))
  case $1 in
    *:*) inside ndisc6 -1 -q -r "$times" -w "$(( wait / times ))" "$1" probe 2>/dev/null | head -n 1 ;;
    *) inside timeout "$(( wait / 1000 )).$(( wait / 100 % 10 ))" arping $without -f -w "$(( times + patience ))" -I probe "$1" 2>/dev/null |
      sed -n 's/.*reply from .*\[\([0-9A-Fa-f:]*\)\].*/\1/p' | head -n 1 ;;
  esac
}
echoes() { inside ping -n -q -c 1 -W "$patience" -I probe -M 'do' -s "$2" "$1" >/dev/null 2>&1; }
# lent TARGET MAC LENDER SIZE: pings in another router's name; the result is in `passed`. Meanwhile the device neither
# answers nor sends ARP, so that no machine takes it for the owner of the address.
lent() {
  passed=none
  ip -n "$space" link set probe arp off && ip -n "$space" addr add "$3/32" dev probe &&
    ip -n "$space" neigh replace "$1" lladdr "$2" nud permanent dev probe &&
    ip -n "$space" route replace "$1/32" dev probe src "$3" || return 0
  tcpdump -i "$bridge" -nn -l "ether src $2 and icmp[icmptype] = icmp-echoreply and src host $1 and dst host $3" \
    >"$work/lent" 2>"$work/lent.said" &
  listener=$! tries=0
  until grep -qs 'listening on' "$work/lent.said" || [ $tries -ge 100 ]; do
    tries=$(( tries + 1 ))
    sleep 0.1
  done
  tries=0
  while [ $tries -lt "$most" ]; do
    echoes "$1" "$4"
    if grep -q "length $(( $4 + 8 ))\$" "$work/lent"; then passed=full; break; fi
    if [ $passed = none ]; then
      echoes "$1" 56
      if grep -q 'length 64$' "$work/lent"; then passed=small; fi
    fi
    tries=$(( tries + 1 ))
  done
  kill "$listener"
  wait "$listener" 2>/dev/null
  ip -n "$space" addr del "$3/32" dev probe
  ip -n "$space" link set probe arp on
}
count=$number number=0
while [ $number -lt $count ]; do
  eval "target=\$target$number"
  # shellcheck disable=SC2154  # eval sets it
  if [ "$target" != - ]; then
    # A short timeout at first: a question may be lost while bridges learn. Then few processes, since a booting guest
    # needs the processor; but not so long that a caller who wants to end this would have to wait.
    limit=400
    while :; do
      began=$(now)
      found=$(there "$target" $limit)
      [ -n "$found" ] && break
      limit=3000
      [ "$(now)" -ge "$end" ] && break
      # If the probe could not even be sent, pause before the next one.
      [ $(( $(now) - began )) -ge 20 ] || sleep 0.5
    done
    if [ -z "$found" ]; then echo "silent $number"
    else
      echo "there $number $found"
      eval "there$number=yes"
      eval "mac=\$mac$number"
      # Another machine has the router's address: no later answer changes that.
      [ "$(printf '%s' "$found" | tr A-F a-f)" = "$mac" ] || exit 0
    fi
  fi
  number=$(( number + 1 ))
done

number=0
while [ $number -lt $count ]; do
  eval "target=\$target$number mac=\$mac$number lender=\$lender$number there=\${there$number:-}"
  if [ -n "$there" ]; then
    case $target in *:*) size=$(( mtu - 48 )) ;; *) size=$(( mtu - 28 )) ;; esac
    tries=0 passed=none
    near "$target"
    # shellcheck disable=SC2154  # eval sets it
    if [ "$lender" != - ]; then lent "$target" "$mac" "$lender" "$size"
    elif [ "$address" = - ]; then passed=unasked; else
      while [ $tries -lt "$most" ]; do
        if echoes "$target" "$size"; then passed=full; break; fi
        if echoes "$target" 56; then passed=small; fi
        tries=$(( tries + 1 ))
      done
    fi
    echo "frames $number $passed"
  fi
  number=$(( number + 1 ))
done

for one in $strangers; do there "$one" 1000 >/dev/null & asked="${asked:-} $!"; done
for one in ${asked:-}; do wait "$one"; done
for one in $listeners; do
  number=${one%%:*} job=${one#*:}
  wait "$job"
  # A tcpdump that is killed writes an empty line.
  if grep -q . "$work/heard$number"; then echo "heard $number yes"; else echo "heard $number no"; fi
done
sed 's/^/stranger /' "$work/stranger"
exit 0
