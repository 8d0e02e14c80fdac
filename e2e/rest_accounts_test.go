package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func restAccountStories() []scenario {
	return []scenario{
		{"an account that was told about is a customer, and its answers are those of its e-mail address", tellsOfAccount},
		{"an answer given elsewhere is recorded with who took it and the evidence", recordsElsewhere},
		{"consent to a text that is not on offer any more can be withdrawn, and is not there when it is offered again", withdrawsLate},
		{"consent stays with the old address when the back office tells of another", tellsOfAnotherAddress},
		{"an account without an e-mail address has answers of its own", answersWithoutAddress},
		{"an account that a login told about is there, and none is made by asking", knowsLogins},
		{"a customer id may hold anything that a login's sub may", keepsStrangeIDs},
		{"an address that opted out before it was known is written to again once the back office says so", liftsSuppression},
		{"the audit log of the back office holds nothing personal", logsNothingPersonal},
	}
}

func account(id string) string { return "/customers/accounts/" + url.PathEscape(id) }

// tells tells about an account.
func (c company) tells(id string, told object) object {
	c.t.Helper()
	told["site_id"] = c.site
	return c.wants(http.StatusOK, http.MethodPut, account(id), told).object(c.t)
}

// answersFor records an answer that a customer gave elsewhere.
func (c company) answersFor(customer, text string, optedIn bool) object {
	c.t.Helper()
	path := account(customer) + "/marketing-preferences/" + text
	return c.wants(http.StatusOK, http.MethodPut, path, newAnswer(c.site, optedIn)).object(c.t)
}

// wantAnswer wants the back office to see a customer's answer to the only text.
func (c company) wantAnswer(customer, text string, optedIn, answered bool) {
	c.t.Helper()
	got := c.lists(account(customer) + "/marketing-preferences?site_id=" + c.site)
	if len(got) != 1 || got[0]["id"] != text || got[0]["opted_in"] != optedIn || (got[0]["updated_at"] != nil) != answered {
		c.t.Errorf("the customer's answers are %v, want opted_in %t", got, optedIn)
	}
}

func tellsOfAccount(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, email, number, id := c.defines(oldWording, ""), s.email("ada"), s.phone(), s.email("id")
	visitor, ada := s.visitor(t).at(c.slug), s.customer(t, claims{"sub": id, "email": email}).at(c.slug)
	ada.comesToSee(preferenceTexts, ownAnswer(text, oldWording, false))
	visitor.knows(email, isNotAMember)

	told := c.tells(id, object{"email": email, "phone_number": national(number), "has_address": true, "name": "Ada Lovelace"})
	want := object{
		"customer_id": id, "site_id": c.site, "email": email, "phone_number": number, "has_address": true, "name": "Ada Lovelace",
		"updated_at": told["updated_at"], "contact_id": told["contact_id"],
	}
	wantSame(t, told, want)
	wantSame(t, c.gets(account(id)+"?site_id="+c.site), want)
	wantSame(t, object{"accounts": c.lists("/customers/accounts?site_id=" + c.site)}, object{"accounts": []object{want}})
	visitor.knows(email, isCustomer)

	c.wantAnswer(id, text, false, false)
	if got := c.answersFor(id, text, true); got["id"] != text || got["text"] != oldWording || got["opted_in"] != true || got["updated_at"] == nil {
		t.Errorf("recording the answer answers %v", got)
	}
	c.wantAnswer(id, text, true, true)
	ada.sees(preferenceTexts, ownAnswer(text, oldWording, true))
	s.customer(t, claims{"sub": s.email("same"), "email": strings.ToUpper(email)}).at(c.slug).sees(preferenceTexts, ownAnswer(text, oldWording, true))

	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.does(unsubscribe(s.linkTo(t, unsubscribePage, email)), "OK", withdrawn("EMAIL"), withdrawn(preference(text)))
	c.wantAnswer(id, text, false, true)
	ada.sees(preferenceTexts, ownAnswer(text, oldWording, false))
}

func recordsElsewhere(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, email, id := c.defines(oldWording, ""), s.email("ada"), s.email("id")
	key := ids(c.lists("/api-keys"))[0]
	c.tells(id, object{"email": email})
	last := s.logged(t).Last
	c.answersFor(id, text, true)
	c.answersFor(id, text, true)
	records := s.records(t, last)
	if len(records) != 2 {
		t.Fatalf("%d records for an answer given twice, want two", len(records))
	}
	for _, r := range records {
		got := []string{r.Purpose, r.Action, r.Actor, r.Address, r.FormIdentifier, r.FormLocation, r.LandingURL, r.MessageShown, r.IP, r.UserAgent}
		want := []string{preference(text), "GRANTED", "BACK_OFFICE", email, "call-centre", "Hotline", "", "May we?", s.clientIP, userAgent}
		wantSame(t, object{"record": got}, object{"record": want})
	}
	var actors []string
	must(t, s.db.SelectContext(t.Context(), &actors, `SELECT actor_id FROM audit_record WHERE purpose = $1`, preference(text)))
	if len(actors) != 2 || actors[0] != key || actors[1] != key {
		t.Errorf("the answers were taken by %v, want the key %s", actors, key)
	}
	c.answersFor(id, text, false)
	c.wantAnswer(id, text, false, true)
}

func withdrawsLate(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, id := c.defines(oldWording, ""), s.email("id")
	c.tells(id, object{"email": s.email("joan")})
	c.answersFor(id, text, true)
	c.wants(http.StatusNoContent, http.MethodDelete, offer(c.site)+"/"+text, nil)
	if got := c.answersFor(id, text, false); got["opted_in"] != false || got["text"] != oldWording {
		t.Errorf("withdrawing answers %v", got)
	}
	c.wants(http.StatusCreated, http.MethodPost, offer(c.site), object{"marketing_preference_id": text})
	c.wantAnswer(id, text, false, true)
}

func tellsOfAnotherAddress(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, before, after, id := c.defines(oldWording, ""), s.email("kay.old"), s.email("kay.new"), s.email("id")
	c.tells(id, object{"email": before, "name": "Kay"})
	c.answersFor(id, text, true)
	if moved := c.tells(id, object{"email": after}); moved["email"] != after || moved["name"] != "" {
		t.Errorf("telling of another address answers %v", moved)
	}
	c.wantAnswer(id, text, false, false)
	s.customer(t, claims{"sub": id}).at(c.slug).sees(preferenceTexts, ownAnswer(text, oldWording, false))
	s.visitor(t).at(c.slug).knows(before, isNotAMember)
	s.visitor(t).at(c.slug).knows(after, isCustomer)
	c.tells(id, object{"email": before})
	c.wantAnswer(id, text, true, true)
	s.visitor(t).at(c.slug).knows(after, isNotAMember)
	if bare := c.tells(id, object{"email": nil}); bare["email"] != nil || bare["phone_number"] != nil || bare["has_address"] != false {
		t.Errorf("an account of which nothing is told is %v", bare)
	}
	s.visitor(t).at(c.slug).knows(before, isNotAMember)
}

func answersWithoutAddress(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, id := c.defines(oldWording, ""), s.email("id")
	c.tells(id, object{})
	c.answersFor(id, text, true)
	c.wantAnswer(id, text, true, true)
	s.customer(t, claims{"sub": id}).at(c.slug).sees(preferenceTexts, ownAnswer(text, oldWording, true))
	c.wants(http.StatusNotFound, http.MethodGet, account(s.email("nobody"))+"/marketing-preferences?site_id="+c.site, nil)
}

func knowsLogins(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, email, id := c.defines(oldWording, ""), s.email("ada"), s.email("id")
	ada := s.customer(t, claims{"sub": id, "email": email, "name": "Ada"}).at(c.slug)
	ada.comesToSee(preferenceTexts, ownAnswer(text, oldWording, false))
	path := account(id) + "?site_id=" + c.site
	c.wants(http.StatusNotFound, http.MethodGet, path, nil)
	c.wants(http.StatusNotFound, http.MethodPut, account(id)+"/marketing-preferences/"+text, newAnswer(c.site, true))
	ada.does(choose(text, true, email), nil, granted(preference(text)))
	if got := c.gets(path); got["email"] != email || got["name"] != "Ada" || got["customer_id"] != id {
		t.Errorf("the account is %v", got)
	}
	c.wantAnswer(id, text, true, true)
}

func keepsStrangeIDs(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text := c.defines(oldWording, "")
	for _, id := range []string{"a/b", "/a//b/../c/", "auth0|5f7c", "ada lovelace", "50%", "a?b#c", "é字🎁", "a+b&c=d", "c:\\d", strings.Repeat("é", 255), "a..b", "'; --", `"`} {
		if told := c.tells(id, object{"name": "Ada"}); told["customer_id"] != id {
			t.Errorf("%q is told of as %v", id, told["customer_id"])
		}
		c.answersFor(id, text, true)
		c.wantAnswer(id, text, true, true)
		s.customer(t, claims{"sub": id}).at(c.slug).sees(preferenceTexts, ownAnswer(text, oldWording, true))
	}
}

func liftsSuppression(t *testing.T, s *shop) {
	c, number := s.company(t, marketing), s.phone()
	visitor, suppressed := s.visitor(t).at(c.slug), object{"organisation_id": c.id, "phone_number": number}
	const lift = "/customers/suppressions/lift"
	c.wants(http.StatusNotFound, http.MethodPost, lift, suppressed)
	visitor.does(unsubscribeSMS(number), true, withdrawn("SMS"))
	visitor.does(signUp("SMS", number), "REQUIRES_VERIFICATION", requested("SMS"))
	if letters := s.lettersTo(t, number); len(letters) > 0 {
		t.Fatalf("%d text messages wait for a suppressed number", len(letters))
	}
	c.wants(http.StatusNoContent, http.MethodPost, lift, suppressed)
	visitor.does(signUp("SMS", number), "REQUIRES_VERIFICATION", requested("SMS"))
	visitor.does(confirm(s.linkTo(t, confirmPage, number)), "OK", granted("SMS"))
}

func logsNothingPersonal(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	text, id := c.defines(oldWording, ""), s.email("id")
	c.tells(id, object{"email": s.email("ada"), "phone_number": s.phone(), "has_address": true, "name": "Augusta King"})
	c.answersFor(id, text, true)
	c.tells(id, object{"email": s.email("ada"), "name": "Ada Lovelace"})
	records := c.do(http.MethodGet, "/admin-records", nil).body
	for _, subject := range []string{`"account"`, `"consent"`} {
		if !strings.Contains(records, subject) {
			t.Errorf("there is no record about %s", subject)
		}
	}
	for _, personal := range []string{mailDomain, phonePrefix, "Augusta", "Lovelace", "May we?", "Hotline", clientNetwork, userAgent} {
		if strings.Contains(records, personal) {
			t.Errorf("the records hold %q", personal)
		}
	}
}
