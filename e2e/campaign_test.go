package e2e

import (
	"strings"
	"testing"
)

func campaignScenarios() []scenario {
	return []scenario{
		{"a visitor enters the prize draw once", entersOnce},
		{"entering and signing up are one step with single opt-in", entersAndSubscribes},
		{"entering and signing up ask for confirmation with double opt-in", entersAndConfirms},
		{"an opt-in on a repeated entry is obeyed", optsInLater},
		{"an entry does not depend on whether the site offers e-mail", entersWithoutOffer},
		{"a campaign keeps the metadata its schema asks for", keepsMetadata},
		{"metadata that does not fit the schema is refused by the name of its field", refusesMetadata},
		{"a campaign that is unknown, over or not yet open is not found", findsNoCampaign},
	}
}

func entersOnce(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("ada")
	visitor.does(enterCampaign("42", email), "OK", entered("42"))
	visitor.does(enterCampaign("42", email), "DUPLICATE", requested("campaign/42"))
	visitor.knows(email, isNotAMember)
	visitor.at(double).does(enterCampaign("42", email), "OK", entered("42"))
}

func entersAndSubscribes(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("grace")
	visitor.does(enterCampaign("42", email).with("marketingOptIn", true), "OK", entered("42"), granted("EMAIL"))
	visitor.knows(email, isSubscribed)
	other := s.email("grace")
	visitor.does(enterCampaign("42", other).with("marketingOptIn", false), "OK", entered("42"))
	visitor.knows(other, isNotAMember)
}

func entersAndConfirms(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("alan")
	op := enterCampaign("42", email).with("marketingOptIn", true)
	visitor.does(op, "REQUIRES_VERIFICATION", entered("42"), requested("EMAIL"))
	visitor.knows(email, isNotAMember)
	visitor.does(confirm(s.linkTo(t, confirmPage, email)), "OK", granted("EMAIL"))
	visitor.knows(email, isSubscribed)
}

func optsInLater(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("mary")
	visitor.does(enterCampaign("42", email), "OK", entered("42"))
	visitor.does(enterCampaign("42", email).with("marketingOptIn", true), "DUPLICATE", requested("campaign/42"), granted("EMAIL"))
	visitor.knows(email, isSubscribed)
}

func entersWithoutOffer(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("kay")
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.does(unsubscribe(s.linkTo(t, unsubscribePage, email)), "OK", withdrawn("EMAIL"))
	op := enterCampaign("42", email).with("marketingOptIn", true)
	visitor.does(op, "REQUIRES_VERIFICATION", entered("42"), requested("EMAIL"))
}

func keepsMetadata(t *testing.T, s *shop) {
	email := s.email("joan")
	op := enterCampaign("43", email).with("campaignMetadata", map[string]any{"barName": "The \"Queue\" & Aussicht 🍸"})
	s.visitor(t).does(op, "OK", entered("43"))
	var kept struct{ Name, Metadata string }
	must(t, s.db.GetContext(t.Context(), &kept,
		`SELECT e.name, e.metadata FROM campaign_entry e JOIN contact c ON c.id = e.contact_id WHERE c.address = $1`, email))
	metadata := strings.NewReplacer(`\u0026`, "&").Replace(kept.Metadata)
	if kept.Name != "Ada Lovelace" || metadata != `{"barName":"The \"Queue\" & Aussicht 🍸"}` {
		t.Errorf("kept %+v", kept)
	}
}

func refusesMetadata(t *testing.T, s *shop) {
	visitor := s.visitor(t)
	cases := []struct {
		campaign string
		metadata any
		field    string
	}{
		{"43", nil, "campaignMetadata.barName"},
		{"43", map[string]any{}, "campaignMetadata.barName"},
		{"43", map[string]any{"barName": ""}, "campaignMetadata.barName"},
		{"43", map[string]any{"barName": strings.Repeat("ä", 81)}, "campaignMetadata.barName"},
		{"43", map[string]any{"barName": 7}, "campaignMetadata.barName"},
		{"43", map[string]any{"barName": "Queue", "age": 18}, "campaignMetadata.age"},
		{"43", map[string]any{"barName": "Queue\x00"}, "campaignMetadata"},
		{"43", []any{"barName"}, "campaignMetadata"},
		{"43", "barName", "campaignMetadata"},
		{"42", map[string]any{"barName": "Queue"}, "campaignMetadata.barName"},
	}
	for _, c := range cases {
		visitor.refused(enterCampaign(c.campaign, s.email("eve")).with("campaignMetadata", c.metadata), "BAD_USER_INPUT", c.field)
	}
}

func findsNoCampaign(t *testing.T, s *shop) {
	visitor := s.visitor(t)
	for _, id := range []string{"44", "", "42 ", "42\x00", strings.Repeat("4", 1000), campaignOver, campaignToCome} {
		visitor.does(enterCampaign(id, s.email("jean")).with("marketingOptIn", true), "NOT_FOUND")
	}
	visitor.at(plain).does(enterCampaign("42", s.email("jean")), "NOT_FOUND")
}
