package httpx

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxUserAgent is how many bytes of a user agent are kept.
const maxUserAgent = 512

// Client is who sent a request.
type Client struct {
	IP        netip.Addr // never IPv4-mapped, no zone; invalid when unknown
	UserAgent string     // valid UTF-8 without control characters, at most 512 bytes
}

type clientKey struct{}

// ClientAddress puts the Client into the context of each request. Its address
// is the peer's, unless the peer is one of trusted: then it is the rightmost
// address in X-Forwarded-For that is not, or, without that header, in Forwarded
// (RFC 7239). What stands left of it was written by the client or by proxies
// nobody vouches for. An unreadable entry stops the search at the address last
// found.
//
// Trusted proxies must set or extend X-Forwarded-For; one that only writes
// Forwarded must remove an X-Forwarded-For that it receives.
func ClientAddress(trusted []netip.Prefix) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			client := Client{IP: clientIP(r, trusted), UserAgent: cleanUserAgent(r.UserAgent())}
			ServeContext(context.WithValue(r.Context(), clientKey{}, client), next, w, r)
		})
	}
}

// ClientFrom returns the client of the request that ctx belongs to, the zero
// Client if none.
func ClientFrom(ctx context.Context) Client {
	client, _ := ctx.Value(clientKey{}).(Client)
	return client
}

// clientIP returns the nearest address that is not a trusted proxy's, or the
// farthest known if all are.
func clientIP(r *http.Request, trusted []netip.Prefix) netip.Addr {
	addr, _ := parseHop(r.RemoteAddr) // invalid, hence not trusted, for a Unix socket
	for hop := range hops(r.Header) {
		if !contains(trusted, addr) {
			break
		}
		next, ok := parseHop(hop)
		if !ok {
			break
		}
		addr = next
	}
	return addr
}

func contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// cleanUserAgent makes a user agent fit for a database and for a terminal.
func cleanUserAgent(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	if len(s) <= maxUserAgent {
		return s
	}
	end := maxUserAgent
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// ShortenIP returns the network of an address as kept in evidence: the /24 of
// an IPv4 address ("192.0.2.0/24"), the /48 of an IPv6 address, "" for none.
func ShortenIP(addr netip.Addr) string {
	addr = addr.Unmap()
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil || !prefix.IsValid() {
		return ""
	}
	return prefix.String()
}
