# plainOctal TEXT: the text of which each byte is spelled as three octal digits.
plainOctal() { printf %b "$(printf %s "$1" | sed 's/.../\\0&/g')"; }
