# isGuest DEVICE: whether it is no way out of a host: its guests', others' tunnels, and those from which a proof asks.
isGuest() {
  case $1 in
    vnet* | tap* | vif* | veth* | vxlan* | macvlan* | macvtap* | vmsp*) return 0 ;;
    *) return 1 ;;
  esac
}
# isVirtual DEVICE: the same of a port of a bridge, and whether it is a link's own.
isVirtual() {
  case $1 in vmx-*) return 0 ;; *) isGuest "$1" ;; esac
}
