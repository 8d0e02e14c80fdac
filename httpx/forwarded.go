package httpx

import (
	"iter"
	"net/http"
	"net/netip"
	"strings"
)

// hops yields the senders named by X-Forwarded-For, or else by Forwarded, from
// the nearest to the farthest. Header lines of one name are one list (RFC 9110,
// 5.3). An entry without a readable sender is yielded as "".
func hops(h http.Header) iter.Seq[string] {
	if lines := h.Values("X-Forwarded-For"); len(lines) > 0 {
		return xForwardedFor(strings.Join(lines, ","))
	}
	return forwarded(strings.Join(h.Values("Forwarded"), ","))
}

func xForwardedFor(list string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for list != "" {
			comma := strings.LastIndexByte(list, ',')
			if !yield(list[comma+1:]) {
				return
			}
			list = list[:max(comma, 0)]
		}
	}
}

// forwarded reads from the right, so that nothing a client wrote, an opening
// quote for instance, changes how the entries added after it are read.
func forwarded(list string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for list != "" {
			comma := lastUnquoted(list, ',')
			if !yield(forParameter(list[comma+1:])) {
				return
			}
			list = list[:max(comma, 0)]
		}
	}
}

// lastUnquoted returns the index of the last sep outside double quotes, or -1.
// Backslashes do not escape here: an element with one is refused as a whole.
func lastUnquoted(s string, sep byte) int {
	quoted := false
	for i := len(s) - 1; i >= 0; i-- {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			return i
		}
	}
	return -1
}

// forParameter returns the value of the only "for" in one element of a
// Forwarded header (RFC 7239, 4), "" if there is no such thing.
func forParameter(element string) string {
	if strings.ContainsRune(element, '\\') {
		return ""
	}
	sender, found := "", false
	for element != "" {
		semicolon := lastUnquoted(element, ';')
		name, value, _ := strings.Cut(element[semicolon+1:], "=")
		if strings.EqualFold(strings.TrimSpace(name), "for") {
			if found {
				return ""
			}
			sender, found = unquote(strings.TrimSpace(value)), true
		}
		element = element[:max(semicolon, 0)]
	}
	return sender
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// parseHop reads an address in any form that proxies write: with or without
// port, IPv6 with or without brackets. It returns neither zone nor IPv4-mapped
// IPv6 address.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.Trim(s, " \t")
	if addrPort, err := netip.ParseAddrPort(s); err == nil {
		return plain(addrPort.Addr()), true
	}
	if len(s) >= 2 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
	}
	addr, err := netip.ParseAddr(s)
	return plain(addr), err == nil
}

func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
