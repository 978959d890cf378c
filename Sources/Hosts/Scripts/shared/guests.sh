# isGuest DEVICE: whether it does not lead out of the host: a device of a guest, a tunnel of others, or a device of a
# proof.
isGuest() {
  case $1 in
    vnet* | tap* | vif* | veth* | vxlan* | macvlan* | macvtap* | vmsp*) return 0 ;;
    *) return 1 ;;
  esac
}
# isVirtual DEVICE: the same for a bridge's port, and also true for the VXLAN port of a link.
isVirtual() {
  case $1 in vmx-*) return 0 ;; *) isGuest "$1" ;; esac
}
