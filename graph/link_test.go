package graph_test

import (
	"testing"

	"assent/consent"
)

// asked has Anna waiting for a confirmation at the outlet, in an installation of
// several sites.
func asked(t *testing.T) (*door, string) {
	t.Helper()
	d := open(t, over(newMemory(shop(), outlet(), rival())))
	d.ask(t, signUp, in(`"type":"EMAIL"`, `"contactDetails":"anna@example.com"`), "X-Site-Id", "outlet").
		wantData(t, `{"signUpForMarketing":"REQUIRES_VERIFICATION"}`)
	hash := d.hash(t, outlet(), "anna@example.com")
	verification, ok := d.store.pending(hash.ContactID())
	if !ok {
		t.Fatal("nothing waits for a confirmation")
	}
	link := consent.ConfirmLink{Address: hash, Site: outlet().ID, Verification: verification}
	confirmation := d.link(d.keys.Confirm(link), hash)
	return d, confirmation
}

func TestALinkNamesItsOwnSite(t *testing.T) {
	tests := []struct{ name, header, host, want string }{
		{"on an unknown host", "", "unknown.example", "OK"},
		{"on the host of another organisation", "", "rival.example", "OK"},
		{"with its site in the header", "outlet", "unknown.example", "OK"},
		{"with another site of the organisation in the header", "shop", "unknown.example", "OK"},
		{"with a site of another organisation in the header", "rival", "unknown.example", "NOT_FOUND"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, confirmation := asked(t)
			d.store.domains = map[string]string{"rival.example": "rival"}
			headers := []string{"Host", tt.host, "X-Site-Id", tt.header}
			d.ask(t, confirm, confirmation, headers...).wantData(t, `{"confirmMarketing":"`+tt.want+`"}`)
			if got := d.store.granted(d.contact(t, outlet(), "anna@example.com"), outlet(), consent.Email.Purpose()); got != (tt.want == "OK") {
				t.Errorf("granted: %v", got)
			}
			hash := d.hash(t, outlet(), "anna@example.com")
			unsubscribe := d.keys.Unsubscribe(consent.UnsubscribeLink{Address: hash, Site: outlet().ID, Channel: consent.Email})
			d.ask(t, leave, d.link(unsubscribe, hash), headers...).wantData(t, `{"unsubscribeMarketing":"`+tt.want+`"}`)
		})
	}
}

func TestALinkIsGoodForOneThingAndOneAddress(t *testing.T) {
	d, confirmation := asked(t)
	anna, eve := d.hash(t, outlet(), "anna@example.com"), d.hash(t, outlet(), "eve@example.com")
	unsubscribe := d.keys.Unsubscribe(consent.UnsubscribeLink{Address: anna, Site: outlet().ID, Channel: consent.Email})
	elsewhere := d.keys.Unsubscribe(consent.UnsubscribeLink{Address: anna, Site: goneSite(), Channel: consent.Email})
	before := d.store.written()
	for name, tt := range map[string]struct{ document, variables, want string }{
		"a confirmation link to unsubscribe": {leave, confirmation, `{"unsubscribeMarketing":"NOT_FOUND"}`},
		"an unsubscribe link to confirm":     {confirm, d.link(unsubscribe, anna), `{"confirmMarketing":"NOT_FOUND"}`},
		"with the hash of another address":   {leave, d.link(unsubscribe, eve), `{"unsubscribeMarketing":"NOT_FOUND"}`},
		"of a site that is no more":          {leave, d.link(elsewhere, anna), `{"unsubscribeMarketing":"NOT_FOUND"}`},
		"not a token":                        {leave, d.link("x", anna), `{"unsubscribeMarketing":"NOT_FOUND"}`},
	} {
		t.Run(name, func(t *testing.T) { d.ask(t, tt.document, tt.variables).wantData(t, tt.want) })
	}
	if d.store.written() != before {
		t.Error("something was written")
	}
}

// goneSite is an id no site has.
func goneSite() consent.SiteID { return consent.SiteID{UUID: numbered(0x7f)} }
