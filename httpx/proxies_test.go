package httpx

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseProxies(t *testing.T) {
	tests := []struct{ name, setting, want string }{
		{"none", "", "[]"},
		{"networks", "10.0.0.0/8,2001:db8::/32", "[10.0.0.0/8 2001:db8::/32]"},
		{"single addresses", "10.0.0.1, 2001:db8::1", "[10.0.0.1/32 2001:db8::1/128]"},
		{"blanks and a trailing comma", " 10.0.0.0/8 ,\n", "[10.0.0.0/8]"},
		{"an address within its network", "10.1.2.3/8", "[10.0.0.0/8]"},
		{"IPv4-mapped IPv6", "::ffff:10.0.0.1, ::ffff:10.0.0.0/104", "[10.0.0.1/32 10.0.0.0/8]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseProxies(tt.setting)
			if err != nil || fmt.Sprint(got) != tt.want {
				t.Errorf("got %v, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestParseProxiesReportsAllProblemsAtOnce(t *testing.T) {
	bad := []string{"proxy.example", "10.0.0.0/33", "fe80::1%eth0", "::ffff:0.0.0.0/90", "0.0.0.0/0", "::/0"}
	got, err := ParseProxies("10.0.0.1," + strings.Join(bad, ","))
	if err == nil || got != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	for _, entry := range bad {
		if !strings.Contains(err.Error(), fmt.Sprintf("%q", entry)) {
			t.Errorf("%v\ndoes not mention %s", err, entry)
		}
	}
}

func FuzzParseProxies(f *testing.F) {
	for _, seed := range []string{"", "10.0.0.0/8,::1", "::ffff:1.2.3.4/97", "fe80::1%a/64", "1.2.3.4/0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, setting string) {
		proxies, err := ParseProxies(setting)
		if err != nil {
			return
		}
		for _, p := range proxies {
			if !p.IsValid() || p != p.Masked() || p.Addr().Is4In6() || p.Bits() == 0 {
				t.Errorf("%q gives %s", setting, p)
			}
		}
	})
}
