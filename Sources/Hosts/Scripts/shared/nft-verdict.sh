# nft_verdict BRIDGES CALLED TRANSLATED: does the same for the output of `nft list ruleset`. Tables of the family bridge
# see all frames; IP tables only see those of the bridges in CALLED, from which the kernel passes frames on. TRANSLATED
# leaves out the tables that iptables writes, since iptables reports them better (nft(8)).
nft_verdict() {
  awk -v bridges="$1" -v inet="$2" -v translated="$3" '
    function fits(pattern, name) {
      gsub(/"/, "", pattern)
      if (pattern ~ /\*$/) return index(name, substr(pattern, 1, length(pattern) - 1)) == 1
      return pattern == name
    }
    function verdict(key, name, depth,   i, k, m, w, ok, hit, told, word) {
      for (i = 1; i <= count[key] && depth < 9; i++) {
        m = split(rule[key, i], w, " "); ok = 1
        for (k = 1; k <= m && ok; k++) {
          word = w[k]
          if (word == "meta") continue
          if (word == "accept") return "ok"
          if (word == "drop" || word == "reject") return rule[key, i]
          if (word == "return") return ""
          if (word == "jump" || word == "goto") {
            told = verdict(table[key] " " w[k + 1], name, depth + 1)
            if (told != "") return told
            break
          }
          if (word ~ (family[key] == "bridge" ? "^(ibrname|obrname|ibriport|obriport)$" : "^(iifname|oifname)$")) {
            not = w[k + 1] == "!="; k += not ? 2 : 1
            hit = fits(w[k], name); ok = not ? !hit : hit
          } else ok = 0
        }
      }
      return ""
    }
    $1 == "table" { kind = $2; place = $2 " " $3; key = "" }
    $1 == "chain" { key = place " " $2; family[key] = kind; table[key] = place; next }
    / hook forward / { hooked[++hooks] = key; if (/policy drop/) policy[key] = 1; next }
    $1 == "}" { key = "" }
    key != "" && $1 != "type" {
      line = $0; sub(/^[ \t]+/, "", line); sub(/ comment ".*"$/, "", line)
      gsub(/(^| )counter packets [0-9]+ bytes [0-9]+/, "", line); gsub(/(^| )counter name "[^"]*"/, "", line); sub(/^ /, "", line)
      rule[key, ++count[key]] = line
    }
    END {
      n = split(bridges, all, " ")
      for (j = 1; j <= n; j++) for (h = 1; h <= hooks; h++) {
        key = hooked[h]
        # Skip the tables that iptables has created: they were read from iptables.
        if (family[key] !~ /^(bridge|inet|ip|ip6)$/ || (translated && table[key] ~ /^ip6? filter$/)) continue
        if (family[key] != "bridge" && index(" " inet " ", " " all[j] " ") == 0) continue
        told = verdict(key, all[j], 0)
        if (told == "") told = policy[key] ? "policy drop" : "ok"
        if (told != "ok") print "filter " all[j] " nft (" key ": " told ")"
      }
    }'
}
