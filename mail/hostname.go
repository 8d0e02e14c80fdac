package mail

import (
	"net/netip"
	"net/url"
)

// HostName is what the host of a URL is called in mail: a name in ASCII, or an address as a literal (RFC 5321, section
// 4.1.3).
func HostName(u *url.URL) string {
	host := u.Hostname()
	if address, err := netip.ParseAddr(host); err == nil {
		if address.Is6() {
			return "[IPv6:" + host + "]"
		}
		return "[" + host + "]"
	}
	if name, err := asciiDomain(host); err == nil {
		return name
	}
	return host
}
