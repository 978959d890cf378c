# now: since the host was started, in hundredths of a second.
now() { read -r up _ </proc/uptime; echo "${up%.*}${up#*.}"; }
