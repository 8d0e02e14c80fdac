package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestBadInput sends what no honest form sends. The shop has a subscriber and a
// customer, so that a wrong write would have something to change.
func TestBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		email, number := s.email("ada"), s.phone()
		ada := s.customer(t, claims{"sub": email, "email": email, "phone_number": number})
		ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
		ada.does(signUp("SMS", number), "OK", granted("SMS"))
		l := s.waiting(t, "eve").link(t, confirmPage)

		valid := []operation{
			signUp("EMAIL", email), signUp("SMS", number), enterCampaign("42", email),
			update("EMAIL", true, email), choose(offers, true, email), confirm(l), unsubscribe(l),
		}
		for _, op := range valid {
			t.Run("audit data of "+op.field, func(t *testing.T) { s.customer(t, claims{"sub": email}).refusesAuditData(op) })
		}
		t.Run("addresses", func(t *testing.T) { s.visitor(t).refusesAddresses() })
		t.Run("types", func(t *testing.T) { s.customer(t, claims{"sub": email, "email": email}).refusesTypes() })
		t.Run("numbers in place of texts", func(t *testing.T) { s.customer(t, claims{"sub": email}).refusesNumbers(valid) })
		t.Run("names and ids", func(t *testing.T) { s.customer(t, claims{"sub": email, "email": email}).refusesTexts() })
	})
}

// refusesAuditData wants the operation to be refused for every wrong text in its
// audit data, by the name of the text.
func (c *client) refusesAuditData(op operation) {
	c.t.Helper()
	limits := map[string]int{"messageShown": 10_000, "formIdentifier": 200, "formLocation": 2_048, "landingUrl": 2_048}
	for name, limit := range limits {
		good := op.auditData(name)
		if good == "" {
			continue
		}
		long := good + strings.Repeat("x", limit+1-len([]rune(good)))
		bad := []any{"", " ", "\u00a0\t\r\n", long, good + "\x00", "\x1b[2J" + good, good + "\u0085", nil, true, []any{1}, map[string]any{}}
		if name == "landingUrl" {
			bad = append(bad, "/unsubscribe", "shop.example", "ftp://shop.example/", "javascript:alert(1)", "https://", "https:// x")
		}
		for _, value := range bad {
			c.refused(op.with("auditData."+name, value), "BAD_USER_INPUT", name)
		}
	}
	c.refused(op.with("auditData", nil), "BAD_USER_INPUT", "auditData")
	c.refused(op.with("auditData", "yes"), "BAD_USER_INPUT", "auditData")
	c.refused(op.with("auditData.mood", "good"), "BAD_USER_INPUT", "mood")
}

func (c *client) refusesAddresses() {
	c.t.Helper()
	at := "@" + mailDomain
	for _, email := range []string{
		"", " ", "ada", at, "ada@", "ada@localhost", "ada@@" + mailDomain, "ada lovelace" + at, "Ada <ada" + at + ">",
		"ada" + at + ",eve" + at, "ada" + at + "\nBcc: eve" + at, "ada\x00" + at, "ada\x7f" + at, "ada@-" + mailDomain, "ada@mail..example",
		"ada@[127.0.0.1]", `"ada"` + at, strings.Repeat("a", 65) + at, "ada@" + strings.Repeat("a.", 125) + "example",
	} {
		c.refused(signUp("EMAIL", email), "BAD_USER_INPUT", "contactDetails")
		c.refused(signUp("SMS", c.shop.phone()).with("emailAddress", email), "BAD_USER_INPUT", "emailAddress")
		c.refused(enterCampaign("42", email), "BAD_USER_INPUT", "email")
		query := operation{document: "query($email: String!) { accountCreationMarketingPreferences(email: $email) }"}
		query.variables = map[string]any{"email": email}
		c.refused(query, "BAD_USER_INPUT", "email")
	}
	for _, number := range []string{
		"", "123", "ada", "0", "+44", "07400", "+4474001234567890123", "+447400123456\x00", "+447400123456 ext. 7",
		"+999123456789", strings.Repeat("7", 65), "tel:+447400123456;ext=1",
	} {
		c.refused(signUp("SMS", number), "BAD_USER_INPUT", "contactDetails")
		c.refused(unsubscribeSMS(number), "BAD_USER_INPUT", "phoneNumber")
	}
}

// refusesTypes is about values of types that the schema does not ask for.
func (c *client) refusesTypes() {
	c.t.Helper()
	email, number := c.shop.email("eve"), c.shop.phone()
	for _, channel := range []any{"FAX", "", "email", nil, 1, true} {
		c.refused(signUp("EMAIL", email).with("type", channel), "BAD_USER_INPUT", "type")
		c.refused(update("EMAIL", true, email).with("type", channel), "BAD_USER_INPUT", "type")
	}
	for _, channel := range []string{"POST", "THIRD_PARTY"} {
		c.refused(signUp(channel, email), "BAD_USER_INPUT", "type")
	}
	for _, value := range []any{"true", 1, nil} {
		c.refused(update("EMAIL", true, email).with("newValue", value), "BAD_USER_INPUT", "newValue")
		c.refused(choose(offers, true, email).with("newValue", value), "BAD_USER_INPUT", "newValue")
	}
	for _, value := range []any{nil, 447400123456, true, []any{email, number}, map[string]any{"email": email}} {
		c.refused(signUp("EMAIL", email).with("contactDetails", value), "BAD_USER_INPUT", "contactDetails")
		c.refused(enterCampaign("42", email).with("email", value), "BAD_USER_INPUT", "email")
	}
	c.refused(enterCampaign("42", email).with("marketingOptIn", "yes"), "BAD_USER_INPUT", "marketingOptIn")
	c.refused(signUp("EMAIL", email).with("suppress", true), "BAD_USER_INPUT", "suppress")
	for _, literal := range []string{
		`unsubscribeSmsMarketing(phoneNumber: 7)`, `unsubscribeSmsMarketing(phoneNumber: null)`, `unsubscribeSmsMarketing`,
		`updateMarketingPreferences(input: {type: FAX, newValue: true, auditData: {messageShown: "a", formIdentifier: "b", formLocation: "c"}}) { error }`,
		`updateMarketingPreferences(input: {type: EMAIL, newValue: "yes", auditData: {messageShown: "a", formIdentifier: "b", formLocation: "c"}}) { error }`,
		`deleteEverything`,
	} {
		c.refused(operation{document: "mutation { " + literal + " }"}, "GRAPHQL_VALIDATION_FAILED", "")
	}
}

// refusesNumbers wants no number to be taken for the text that it looks like.
func (c *client) refusesNumbers(valid []operation) {
	c.t.Helper()
	for _, op := range valid {
		for _, name := range []string{"messageShown", "formIdentifier", "formLocation", "landingUrl"} {
			if op.auditData(name) != "" {
				c.refused(op.with("auditData."+name, 7), "BAD_USER_INPUT", name)
			}
		}
	}
	number := unsubscribeSMS(c.shop.phone())
	number.variables = map[string]any{"phoneNumber": 447400123456}
	c.refused(number, "BAD_USER_INPUT", "phoneNumber")
	c.refused(enterCampaign("42", c.shop.email("eve")).with("name", 7), "BAD_USER_INPUT", "name")
}

func (c *client) refusesTexts() {
	c.t.Helper()
	email := c.shop.email("eve")
	for _, name := range []string{"", " \n", strings.Repeat("é", 201), "Ada\x00", "Ada\nBcc:"} {
		c.refused(enterCampaign("42", email).with("name", name), "BAD_USER_INPUT", "name")
	}
	for _, id := range []string{"", "1", offers[1:], offers + "\x00", "' OR 1=1 --"} {
		c.refused(choose(id, true, email), "BAD_USER_INPUT", "preferenceId")
		c.refused(signUp("EMAIL", email).with("preferenceIds", []string{offers, id}), "BAD_USER_INPUT", "preferenceIds")
	}
	var many []string
	for range 51 {
		many = append(many, uuid.NewString())
	}
	c.refused(signUp("EMAIL", email).with("preferenceIds", many), "BAD_USER_INPUT", "preferenceIds")
	big := map[string]any{"barName": strings.Repeat("x", 17<<10)}
	c.refused(enterCampaign("43", email).with("campaignMetadata", big), "BAD_USER_INPUT", "campaignMetadata")
	deep := any("x")
	for range 500 {
		deep = []any{deep}
	}
	c.refused(enterCampaign("43", email).with("campaignMetadata", map[string]any{"barName": deep}), "BAD_USER_INPUT", "campaignMetadata.barName")
	c.does(choose(uuid.NewString(), true, email), "NOT_AVAILABLE")
	c.does(signUp("EMAIL", email).with("preferenceIds", many[:1]), "NOT_FOUND")
	c.does(enterCampaign(fmt.Sprint(many), email), "NOT_FOUND")
}
