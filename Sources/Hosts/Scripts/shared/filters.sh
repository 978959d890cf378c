# filters: prints `filter BRIDGE WORDS` for each of the host's firewalls that drops frames which a bridge forwards, as
# Docker's does. BRIDGE is one with a network card, or `vms-` for those of links. The kernel passes frames to the IP
# firewall if bridge-nf-call-... is set for all bridges, or nf_call_... for one. Needs shared/guests.sh.
#include shared/iptables-verdict.sh
#include shared/nft-verdict.sh
filters() {
  cards=
  for folder in /sys/class/net/*/bridge; do
    name=${folder%/bridge} name=${name##*/}
    case $name in '*' | vms-*) continue ;; esac
    for port in "${folder%/bridge}"/brif/*; do
      [ -e "$port" ] || continue
      isVirtual "${port##*/}" || { cards="$cards $name"; break; }
    done
  done
  called=
  for family in ip ip6; do
    on=0 of=
    { read -r on <"/proc/sys/net/bridge/bridge-nf-call-${family}tables"; } 2>/dev/null
    if [ "$on" = 1 ]; then of="$cards vms-"; else
      for name in $cards; do
        on=0
        { read -r on <"/sys/class/net/$name/bridge/nf_call_${family}tables"; } 2>/dev/null
        [ "$on" != 1 ] || of="$of $name"
      done
    fi
    called="$called $of"
    [ -n "$of" ] || continue
    command -v "${family}tables" >/dev/null || continue
    timeout 2 "${family}tables" -S 2>/dev/null | iptables_verdict "${family}tables" "$of"
  done
  command -v nft >/dev/null || return 0
  translated=
  case $(iptables -V 2>/dev/null) in *nf_tables*) translated=1 ;; esac
  timeout 2 nft list ruleset 2>/dev/null | nft_verdict "$cards vms-" "$called" "$translated"
}
