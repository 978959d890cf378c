# plainOctal TEXT: decodes a text with each byte as three octal digits.
plainOctal() { printf %b "$(printf %s "$1" | sed 's/.../\\0&/g')"; }
