package httpx

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// clientOf returns the client that a handler behind ClientAddress sees.
func clientOf(trusted []netip.Prefix, peer string, header http.Header) Client {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr, r.Header = peer, header
	var seen Client
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = ClientFrom(r.Context()) })
	ClientAddress(trusted)(h).ServeHTTP(httptest.NewRecorder(), r)
	return seen
}

func mustParseProxies(t testing.TB, setting string) []netip.Prefix {
	t.Helper()
	proxies, err := ParseProxies(setting)
	if err != nil {
		t.Fatal(err)
	}
	return proxies
}

func TestNobodyCanSpoofTheClientAddress(t *testing.T) {
	const proxy, stranger = "10.0.0.1:443", "203.0.113.9:5000"
	xff := func(lines ...string) http.Header { return http.Header{"X-Forwarded-For": lines} }
	fwd := func(lines ...string) http.Header { return http.Header{"Forwarded": lines} }
	tests := []struct {
		name, peer string
		header     http.Header
		want       string
	}{
		{"no header", stranger, nil, "203.0.113.9"},
		{"an untrusted peer sends X-Forwarded-For", stranger, xff("192.0.2.1"), "203.0.113.9"},
		{"an untrusted peer claims to be a proxy", stranger, xff("192.0.2.1, 10.0.0.1"), "203.0.113.9"},
		{"an untrusted peer sends Forwarded", stranger, fwd("for=192.0.2.1"), "203.0.113.9"},
		{"a proxy names its client", proxy, xff("192.0.2.1"), "192.0.2.1"},
		{"a proxy without header", proxy, nil, "10.0.0.1"},
		{"a client puts an address on the left", proxy, xff("1.1.1.1, 192.0.2.1"), "192.0.2.1"},
		{"a client puts trusted addresses on the left", proxy, xff("10.0.0.7, 10.0.0.8, 192.0.2.1"), "192.0.2.1"},
		{"two proxies", proxy, xff("1.1.1.1, 192.0.2.1, 10.0.0.2"), "192.0.2.1"},
		{"nothing but proxies", proxy, xff("10.0.0.3, 10.0.0.2"), "10.0.0.3"},
		{"a client adds a header line of its own", proxy, xff("1.1.1.1", "192.0.2.1"), "192.0.2.1"},
		{"proxies on several lines", proxy, xff("192.0.2.1, 10.0.0.3", "10.0.0.2"), "192.0.2.1"},
		{"garbage from the nearest proxy", proxy, xff("192.0.2.1, unknown"), "10.0.0.1"},
		{"garbage from a farther one", proxy, xff("192.0.2.1, unknown, 10.0.0.2"), "10.0.0.2"},
		{"garbage beyond the client", proxy, xff("<script>, 192.0.2.1"), "192.0.2.1"},
		{"an empty entry", proxy, xff("192.0.2.1,"), "10.0.0.1"},
		{"an empty header", proxy, xff(""), "10.0.0.1"},
		{"IPv4 with port", proxy, xff("192.0.2.1:4711"), "192.0.2.1"},
		{"IPv6", proxy, xff("2001:db8::1"), "2001:db8::1"},
		{"IPv6 with brackets", proxy, xff("[2001:db8::1]"), "2001:db8::1"},
		{"IPv6 with port", proxy, xff("[2001:db8::1]:4711"), "2001:db8::1"},
		{"IPv6 with zone", proxy, xff("fe80::1%eth0"), "fe80::1"},
		{"an IPv4-mapped client", proxy, xff("::ffff:192.0.2.1"), "192.0.2.1"},
		{"an IPv4-mapped peer that is a proxy", "[::ffff:10.0.0.1]:443", xff("192.0.2.1"), "192.0.2.1"},
		{"an IPv4-mapped proxy in the list", proxy, xff("192.0.2.1, ::ffff:10.0.0.2"), "192.0.2.1"},
		{"an IPv6 proxy", "[2001:db8:ffff::1]:443", xff("192.0.2.1"), "192.0.2.1"},
		{"both headers: Forwarded is ignored", proxy, http.Header{
			"X-Forwarded-For": {"192.0.2.1"}, "Forwarded": {"for=1.1.1.1"}}, "192.0.2.1"},
		{"a Unix socket", "@", xff("192.0.2.1"), "invalid IP"},

		{"Forwarded", proxy, fwd("for=192.0.2.1;proto=https;by=10.0.0.1"), "192.0.2.1"},
		{"Forwarded in other letters", proxy, fwd("proto=https ; FOR = 192.0.2.1"), "192.0.2.1"},
		{"Forwarded with IPv6 and port", proxy, fwd(`for="[2001:db8::1]:4711"`), "2001:db8::1"},
		{"Forwarded through two proxies", proxy, fwd("for=1.1.1.1, for=192.0.2.1, for=10.0.0.2"), "192.0.2.1"},
		{"Forwarded on several lines", proxy, fwd("for=1.1.1.1", "for=192.0.2.1"), "192.0.2.1"},
		{"Forwarded without for", proxy, fwd("for=192.0.2.1, proto=https"), "10.0.0.1"},
		{"Forwarded for unknown", proxy, fwd("for=192.0.2.1, for=unknown"), "10.0.0.1"},
		{"Forwarded for an obfuscated name", proxy, fwd("for=_hidden"), "10.0.0.1"},
		{"Forwarded with two for in an element", proxy, fwd("for=1.1.1.1;for=192.0.2.1"), "10.0.0.1"},
		{"Forwarded with a comma in quotes", proxy, fwd(`for=192.0.2.1;host="a,for=1.1.1.1"`), "192.0.2.1"},
		{"Forwarded with a semicolon in quotes", proxy, fwd(`for=192.0.2.1;host="a;for=1.1.1.1"`), "192.0.2.1"},
		{"Forwarded with a backslash", proxy, fwd(`for="192.0.2.1\"`), "10.0.0.1"},
		{"a client opens a quote and leaves it open", proxy, fwd(`for=1.1.1.1;host="`, "for=192.0.2.1"), "192.0.2.1"},
		{"a client opens a quote before a quoted address", proxy, fwd(`for=1.1.1.1;a="`, `for="[2001:db8::1]:1"`), "2001:db8::1"},
		{"a client ends with a backslash", proxy, fwd(`for=1.1.1.1;a=\`, "for=192.0.2.1"), "192.0.2.1"},
	}
	trusted := mustParseProxies(t, "10.0.0.0/8, 2001:db8:ffff::1")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := clientOf(trusted, tt.peer, tt.header).IP.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestWithoutTrustedProxiesOnlyThePeerCounts(t *testing.T) {
	got := clientOf(nil, "10.0.0.1:443", http.Header{"X-Forwarded-For": {"192.0.2.1"}, "Forwarded": {"for=192.0.2.1"}})
	if got.IP.String() != "10.0.0.1" {
		t.Errorf("got %s", got.IP)
	}
}

func TestUserAgentIsFitToKeep(t *testing.T) {
	long := strings.Repeat("x", maxUserAgent-1)
	tests := []struct{ name, sent, want string }{
		{"ordinary", "Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"},
		{"none", "", ""},
		{"other scripts", "браузер", "браузер"},
		{"control characters", "a\x00b\x1b[31mc\r\nd\u0085e", "ab[31mcde"},
		{"invalid UTF-8", "a\xff\xc3b", "ab"},
		{"too long", long + "yz", long + "y"},
		{"too long within a rune", long + "éz", long},
		{"as long as may be", long + "y", long + "y"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := clientOf(nil, "192.0.2.1:1", http.Header{"User-Agent": {tt.sent}}).UserAgent
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAContextWithoutRequestHasNoClient(t *testing.T) {
	if got := ClientFrom(t.Context()); got != (Client{}) {
		t.Errorf("got %+v", got)
	}
}

func TestShortenIP(t *testing.T) {
	tests := []struct{ name, addr, want string }{
		{"IPv4", "192.0.2.77", "192.0.2.0/24"},
		{"IPv6", "2001:db8:1:2::3", "2001:db8:1::/48"},
		{"IPv4-mapped IPv6", "::ffff:192.0.2.77", "192.0.2.0/24"},
		{"IPv6 with zone", "fe80::1%eth0", "fe80::/48"},
		{"no address", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr, _ := netip.ParseAddr(tt.addr)
			if got := ShortenIP(addr); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever a client writes on the left of what the proxy adds, the address is
// the one the proxy saw.
func FuzzForwardedHeadersCannotBeSpoofed(f *testing.F) {
	for _, seed := range []string{"", "1.1.1.1", "10.0.0.9", `for="`, `for=1.1.1.1;a=\`, `for="[::1]:1", `, "unknown,", "a;b,\"\\"} {
		f.Add(seed)
	}
	trusted := mustParseProxies(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, written string) {
		for name, added := range map[string]string{
			"X-Forwarded-For": "192.0.2.1, 10.0.0.2", "Forwarded": `for="192.0.2.1:80";proto=https, for=10.0.0.2`,
		} {
			for _, lines := range [][]string{{written, added}, {written + ", " + added}} {
				if got := clientOf(trusted, "10.0.0.1:443", http.Header{name: lines}); got.IP.String() != "192.0.2.1" {
					t.Errorf("%s: %q gives %s", name, lines, got.IP)
				}
			}
			alone := clientOf(trusted, "10.0.0.1:443", http.Header{name: {written}}).IP
			if !alone.IsValid() || alone.Is4In6() || alone.Zone() != "" {
				t.Errorf("%s: %q gives %s", name, written, alone)
			}
		}
	})
}

func FuzzUserAgent(f *testing.F) {
	f.Add("Mozilla/5.0\x00\xff")
	f.Add(strings.Repeat("é", 300))
	f.Fuzz(func(t *testing.T, sent string) {
		got := cleanUserAgent(sent)
		if len(got) > maxUserAgent || !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q gives %q", sent, got)
		}
	})
}
