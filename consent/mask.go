package consent

import (
	"strings"
	"unicode/utf8"
)

const hidden = "•••"

// Masked is the address as it may be shown to whoever holds a link: enough for
// its owner to recognise it, too little for anybody else. It is empty when there
// is no address.
func (c Contact) Masked() string {
	switch c.Kind {
	case EmailContact:
		return maskEmail(c.Address)
	case PhoneContact:
		return maskPhone(c.Address)
	default:
		return ""
	}
}

// maskEmail shows how the local part and the host begin, and the last label.
func maskEmail(address string) string {
	local, host, ok := strings.Cut(address, "@")
	if !ok {
		return ""
	}
	return beginning(local) + "@" + beginning(host) + host[max(0, strings.LastIndexByte(host, '.')):]
}

func beginning(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	if size == len(s) {
		return hidden
	}
	return s[:size] + hidden
}

// maskPhone shows the last three digits.
func maskPhone(number string) string {
	const shown = 3
	if len(number) <= 2*shown {
		return ""
	}
	return hidden + " " + number[len(number)-shown:]
}
