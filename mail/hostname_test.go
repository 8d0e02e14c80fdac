package mail

import (
	"net/url"
	"testing"
)

func TestAHostIsNamedAsMailServersExpect(t *testing.T) {
	for public, want := range map[string]string{
		"http://localhost:8080":          "localhost",
		"https://consent.shop.example/x": "consent.shop.example",
		"https://münchen.example":        "xn--mnchen-3ya.example",
		"http://192.0.2.7:8080":          "[192.0.2.7]",
		"http://[2001:db8::1]:8080":      "[IPv6:2001:db8::1]",
	} {
		u, err := url.Parse(public)
		if err != nil {
			t.Fatal(err)
		}
		if got := HostName(u); got != want {
			t.Errorf("%s is %s, want %s", public, got, want)
		}
	}
}
