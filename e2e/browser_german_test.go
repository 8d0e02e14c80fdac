package e2e

import (
	"net/http"
	"strings"
	"testing"

	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
)

func german() words {
	return words{
		language: "de", text: "neue Ernten",
		confirm: "Bitte bestätigen Sie Ihre Anmeldung", confirmButton: "Anmeldung bestätigen",
		confirmed: "Anmeldung bestätigt", alreadyConfirmed: "Anmeldung bereits bestätigt",
		welcome:     "Sie sind bei Teeladen Süd angemeldet",
		unsubscribe: "Möchten Sie sich abmelden?", unsubscribeButton: "Abmelden",
		unsubscribed: "Sie sind abgemeldet", alreadyUnsubscribed: "Sie sind bereits abgemeldet",
		expired: "Dieser Link ist abgelaufen",
	}
}

// TestBrowserGerman is a shop that speaks German to its customers. The demo
// around it stays English.
func TestBrowserGerman(t *testing.T) {
	t.Parallel()
	b := browse(t, "de-DE")
	defer b.close(t)
	anna := &shopper{browser: b, site: b.teeladen(), email: b.email("anna"), words: german()}

	anna.signsUp()
	asked := anna.newest()
	if !strings.Contains(asked.Subject, "Bitte bestätigen Sie Ihre Anmeldung bei Teeladen Süd") {
		t.Errorf("the subject is %q", asked.Subject)
	}
	anna.readsMail()
	link := asked.link(t, confirmPage)
	anna.isScanned(link.page)
	anna.switchesLanguage(link.page)
	anna.confirms()
	anna.readsMail()
	anna.unsubscribes()
	anna.comesTooLate(link.page)
	anna.copiesHalf(link.page)
}

// teeladen defines the shop and is its slug.
func (b *browser) teeladen() string {
	b.t.Helper()
	org := backoffice.Organisation{ID: consent.OrganisationID{UUID: uuid.New()}, Name: "Teeladen Süd"}
	define(b.t, b.store.CreateOrganisation, org)
	site := newSite(org.ID, "teeladen", consent.MarketingPreferencesEnabled, consent.DoubleOptIn)
	site.Name, site.Locale, site.DefaultRegion = org.Name, "de", "DE"
	site.SenderName, site.SenderEmail = org.Name, "post@teeladen.example"
	site.Brand.Colour = "#8a1538"
	define(b.t, b.store.CreateSite, site)
	_, err := b.store.CreatePreference(b.t.Context(), "fixtures", backoffice.Preference{
		ID: consent.PreferenceID{UUID: uuid.New()}, OrganisationID: org.ID, Text: "Ich möchte E-Mails über neue Ernten erhalten",
	}, consent.SiteID{})
	must(b.t, err)
	return site.Slug
}

// switchesLanguage reads the confirm page in French, by its link and by the
// parameter.
func (b *shopper) switchesLanguage(link string) {
	b.t.Helper()
	before := b.tables(b.t)
	p := b.open(link, http.StatusOK)
	defer p.close()
	p.picture("confirm-german", desktop, light)
	p.follows(anchor("Français"))
	b.isFrench(p)
	p.goes(link+"&lang=fr", http.StatusOK)
	b.isFrench(p)
	p.follows(anchor("Deutsch"))
	p.titled(b.words.confirm)
	b.speaks(p)
	b.wantUnchanged(b.t, before)
}

func (b *shopper) isFrench(p *tab) {
	b.t.Helper()
	french := *b
	french.words.language = "fr"
	p.titled("Veuillez confirmer votre inscription")
	french.speaks(p)
	p.audit("the confirm page in French")
}

// copiesHalf opens a link that belongs to no shop any more: its page is in the
// language of the browser.
func (b *shopper) copiesHalf(link string) {
	b.t.Helper()
	p := b.open(link[:len(link)-10], http.StatusNotFound)
	defer p.close()
	p.titled("Dieser Link funktioniert nicht")
	b.speaks(p)
	p.audit("the page of a link that does not work")
}
