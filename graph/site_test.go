package graph_test

import (
	"testing"

	"assent/consent"
)

func TestWhichSiteARequestIsFor(t *testing.T) {
	tests := []struct {
		name, header, host, fallback string
		sites                        []consent.Site
		want                         string // "" means none
	}{
		{"the id in the header", outlet().ID.String(), "shop.example", "shop", nil, "The Outlet"},
		{"the slug in the header", "outlet", "shop.example", "shop", nil, "The Outlet"},
		{"no other site than the header says", "nothing", "shop.example", "shop", nil, ""},
		{"the host", "", "outlet.example", "shop", nil, "The Outlet"},
		{"the fallback on an unknown host", "", "unknown.example", "shop", nil, "The Shop"},
		{"none on an unknown host", "", "unknown.example", "", nil, ""},
		{"the only site there is", "", "unknown.example", "", []consent.Site{outlet()}, "The Outlet"},
		{"not even the only site when the header says another", "shop", "unknown.example", "", []consent.Site{outlet()}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(shop(), outlet())
			m.domains = map[string]string{"shop.example": "shop", "outlet.example": "outlet"}
			if tt.sites != nil {
				m.sites = tt.sites
			}
			d := open(t, over(m), func(s *setup) { s.FallbackSite = tt.fallback })
			got := d.ask(t, "{site {name}}", "", "Host", tt.host, "X-Site-Id", tt.header)
			if tt.want == "" {
				got.wantError(t, map[string]any{"code": "SITE_NOT_FOUND"})
				return
			}
			got.wantData(t, `{"site":{"name":"`+tt.want+`"}}`)
		})
	}
}

func TestEveryOperationNeedsASite(t *testing.T) {
	d := open(t, over(newMemory(shop(), outlet())))
	for document, variables := range map[string]string{
		"{site {id}}": "", "{customer {id}}": "", `{accountCreationMarketingPreferences(email: "a@example.com")}`: "",
		signUp: in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`),
		enter:  in(`"name":"Eve"`, `"email":"a@example.com"`, `"campaignId":"42"`),
		update: in(`"type":"EMAIL"`, `"newValue":true`), choose: in(`"preferenceId":"`+news.String()+`"`, `"newValue":true`),
		stopSMS: `{"n":"+447400123456"}`,
	} {
		d.ask(t, document, variables, "Authorization", login(t, anna())).
			wantError(t, map[string]any{"code": "SITE_NOT_FOUND"})
	}
	if d.log.String() != "" {
		t.Errorf("logged: %s", d.log)
	}
}

func TestWhatASiteTellsOfItself(t *testing.T) {
	const document = "{site {id name features marketingTypes marketingPreferences {id text}}}"
	open(t).ask(t, document, "").wantData(t, `{"site":{"id":"`+shop().ID.String()+`","name":"The Shop",`+
		`"features":["MARKETING_PREFERENCES_ENABLED","POSTAL_MARKETING","THIRD_PARTY_MARKETING_SETTINGS","DUAL_CONSENT"],`+
		`"marketingTypes":["EMAIL","SMS","POST","THIRD_PARTY"],"marketingPreferences":[`+
		`{"id":"`+offers.String()+`","text":"Tell me about offers"},{"id":"`+news.String()+`","text":"Tell me the news"}]}}`)
	bare := rival()
	bare.Features = nil
	open(t, over(newMemory(bare))).ask(t, document, "").wantData(t, `{"site":{"id":"`+bare.ID.String()+
		`","name":"The Rival","features":[],"marketingTypes":[],"marketingPreferences":[]}}`)
}
