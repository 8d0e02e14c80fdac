package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What is personal in the requests of TestNothingPersonalGetsOut. No other test has
// these words, nor has the program.
const (
	canaryEmail      = "Canary.Quokka+tag@wombat-mail.example"
	canaryEntrant    = "zorilla.entrant@wombat-mail.example"
	canaryBounced    = "potoroo.bounced@wombat-mail.example"
	canaryPhone      = "+447400918273"
	canaryRefused    = "+447400918264"
	canaryLate       = "bilby.late@wombat-mail.example"
	canaryLateNumber = "+447400918255"
	canaryName       = "Numbatina Tasmanova"
	canaryStreet     = "17 Bilby Crescent"
	canarySub        = "echidna-customer-5521"
	canaryCaptcha    = "captcha-kultarr-token-9931"
	canaryAgent      = "Quollzilla/9.1 (Monjon; en)"
	canaryIPv4       = "198.51.100.23"
	canaryIPv6       = "2001:db8:5ca1:ab1e::77"
	canaryLocation   = "https://shop.example/account/bettong?utm_id=bandicoot-771"
	canaryLanding    = "https://shop.example/landing?visitor=dibbler-882"
	canaryReferer    = "https://referer.example/?q=kowari-443"
	canaryCookie     = "session=ningaui-441"
	canaryMetadata   = "The Dunnart Arms"
	canaryState      = "phascogale=mulgara-315"
	canaryKey        = keyPrefix + "antechinus_key_of_nobody_2217"
)

// canaries are values that must get out nowhere, in any of their forms.
type canaries map[string][]string // forms by value; those in lower case are found in any case

func newCanaries(t *testing.T) canaries {
	t.Helper()
	c := canaries{}
	c.add(canaryEmail, canaryEntrant, canaryBounced, canaryPhone, canaryRefused, canaryLate, canaryLateNumber, canaryName, "Numbatina", "Tasmanova", canaryStreet,
		canarySub, canaryCaptcha, canaryAgent, "Quollzilla", canaryIPv4, "198.51.100.", canaryIPv6, "2001:db8:5ca1", canaryLocation,
		"bandicoot-771", canaryLanding, "dibbler-882", canaryReferer, "kowari-443", canaryCookie, "ningaui-441", canaryMetadata,
		canaryState, "mulgara-315", canaryKey, "antechinus", "wombat-mail")
	return c
}

// add adds values with the forms in which software repeats them: encoded, quoted,
// the local part of an address, the number as people at home write it.
func (c canaries) add(values ...string) {
	for _, v := range values {
		for _, spelled := range spellings(v) {
			c[v] = append(c[v], strings.ToLower(spelled), strings.ToLower(url.QueryEscape(spelled)), strings.ToLower(url.PathEscape(spelled)),
				strings.ToLower(html.EscapeString(spelled)), hex.EncodeToString([]byte(spelled)), strings.ToLower(inJSON(spelled)))
		}
		c[v] = append(c[v], base64s(v)...)
		slices.Sort(c[v])
		c[v] = slices.Compact(c[v])
	}
}

func inJSON(s string) string {
	text, _ := json.Marshal(s) // a string cannot fail
	return strings.Trim(string(text), `"`)
}

func spellings(v string) []string {
	all := []string{v}
	if local, _, ok := strings.Cut(v, "@"); ok {
		plain, _, _ := strings.Cut(local, "+")
		return append(all, local, plain)
	}
	if strings.HasPrefix(v, "+44") {
		return append(all, v[1:], "0"+v[3:], national(v), v[3:], v[3:7]+" "+v[7:])
	}
	if ip, err := netip.ParseAddr(v); err == nil && ip.Is6() {
		return append(all, ip.StringExpanded())
	}
	return all
}

// base64s are the parts of the encoding of any text around v that depend on v alone.
func base64s(v string) []string {
	var all []string
	for shift, skipped := range []int{0, 2, 3} {
		text := append(make([]byte, shift), v...)
		encoded := base64.RawStdEncoding.EncodeToString(text)[skipped:]
		if len(text)%3 != 0 {
			encoded = encoded[:len(encoded)-1]
		}
		if len(encoded) > 8 { // less would be found by chance
			all = append(all, encoded, strings.NewReplacer("+", "-", "/", "_").Replace(encoded))
		}
	}
	return all
}

// in are the values found in a text, and the form each was found in.
func (c canaries) in(text string) map[string]string {
	found := map[string]string{}
	lower := strings.ToLower(text)
	for value, forms := range c {
		for _, form := range forms {
			if strings.Contains(lower, form) || strings.Contains(text, form) {
				found[value] = form
			}
		}
	}
	return found
}

func TestACanaryIsFoundInEveryForm(t *testing.T) {
	t.Parallel()
	c := newCanaries(t)
	for _, text := range []string{
		canaryEmail, strings.ToUpper(canaryEmail), "<canary.quokka@elsewhere>", url.QueryEscape(canaryEmail), inJSON("<" + canaryName + ">"),
		base64.StdEncoding.EncodeToString([]byte("a " + canaryEmail + " b")), base64.URLEncoding.EncodeToString([]byte("ab" + canaryEmail)),
		hex.EncodeToString([]byte(canaryPhone)), "07400 918273", "447400918273", "(0)7400 918273", "2001:0db8:5ca1:ab1e:0000:0000:0000:0077",
		"198.51.100.0/24", "name=Numbatina+Tasmanova", "name=Numbatina%20Tasmanova",
	} {
		if len(c.in("some words, then "+text+".")) == 0 {
			t.Errorf("nothing is found in %s", text)
		}
	}
	if found := c.in(`{"level":"INFO","msg":"request","method":"POST","route":"/graphql","status":200,"contact":"7400"}`); len(found) > 0 {
		t.Errorf("found where nothing is: %v", found)
	}
}
