package ratelimit

import "net/netip"

// Subject is who is counted. A zero field is not counted.
type Subject struct {
	IP      netip.Addr
	Contact string // opaque id of the contact
	Site    string // opaque id of the site
}

// value returns what is counted for a kind of key, "" for nothing.
func (s Subject) value(kind string) string {
	switch kind {
	case KeyIP:
		return network(s.IP, 32, 64)
	case KeyNetwork:
		return network(s.IP, 24, 48)
	case KeyContact:
		return s.Contact
	case KeySite:
		return s.Site
	}
	return ""
}

// network masks an address to bits4 or bits6. Subscribers are handed whole IPv6
// /64 networks, so a single IPv6 address says nothing. An IPv4-mapped IPv6
// address (RFC 4291, 2.5.5.2) is the IPv4 address: as IPv6 all of them would
// share one network.
func network(addr netip.Addr, bits4, bits6 int) string {
	addr = addr.Unmap()
	bits := bits6
	if addr.Is4() {
		bits = bits4
	}
	prefix, err := addr.Prefix(bits)
	if err != nil || !prefix.IsValid() {
		return ""
	}
	return prefix.String()
}
