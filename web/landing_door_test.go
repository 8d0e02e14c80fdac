package web

import (
	"bytes"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"
	"assent/token"

	"github.com/google/uuid"
)

const (
	landingEmail = "Anna.Private@example.com"
	landingPhone = "+447400123456"
	landingWeek  = 7 * 24 * time.Hour
)

func landingID(n byte) uuid.UUID { return uuid.UUID{6: 0x40, 8: 0x80, 15: n} }

// landingShop asks everybody to confirm, and offers two texts.
func landingShop() consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: landingID(1)}, OrganisationID: consent.OrganisationID{UUID: landingID(10)}, Slug: "shop",
		Name: "Rose & Sons", Locale: "en", DefaultRegion: "GB", Features: consent.Features(),
		Brand: consent.Brand{Colour: "#0b6e4f", LogoURL: "https://cdn.example/logo.png"},
		Preferences: []consent.Preference{
			{ID: consent.PreferenceID{UUID: landingID(20)}, Text: "Tell me about <b>offers</b>", Version: 3},
			{ID: consent.PreferenceID{UUID: landingID(21)}, Text: "Tell me the news", Version: 1},
		},
	}
}

// landingRival is a site of another organisation.
func landingRival() consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: landingID(2)}, OrganisationID: consent.OrganisationID{UUID: landingID(11)}, Slug: "rival",
		Name: "The Rival", Features: consent.Features(), DefaultRegion: "GB",
	}
}

// landingDoor is the pages with everything they stand on, but for the database.
type landingDoor struct {
	http.Handler
	store   *landingMemory
	service *consent.Service
	keys    *token.Keys
	log     *bytes.Buffer
	site    consent.Site
	limits  ratelimit.Limits
	public  string
	refused []string // why forms were not carried out
}

// openLanding opens the pages of the shop, without limits, unless told otherwise.
func openLanding(t testing.TB, change ...func(*landingDoor)) *landingDoor {
	t.Helper()
	d := &landingDoor{log: &bytes.Buffer{}, site: landingShop(), public: "https://consent.example"}
	for _, c := range change {
		c(d)
	}
	d.store = &landingMemory{
		sites: []consent.Site{d.site, landingRival()}, texts: map[consent.Purpose]string{},
		now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), states: map[consent.ContactID]consent.State{},
	}
	for _, p := range d.site.Preferences {
		d.store.texts[p.ID.Purpose()] = p.Text
	}
	var err error
	if d.keys, err = token.NewKeys([]byte("a secret of thirty-two bytes....")); err != nil {
		t.Fatal(err)
	}
	limiter := ratelimit.NewMemory(d.limits, d.keys.Limits())
	t.Cleanup(func() { _ = limiter.Close() })
	d.service = consent.NewService(d.store, d.keys, consent.Settings{
		ConfirmLifetime: landingWeek, RejectSilence: 90 * 24 * time.Hour, Now: func() time.Time { return d.store.now },
	})
	l, err := NewLanding(d.service, d.keys, limiter, d.public, slog.New(slog.NewJSONHandler(d.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/marketing/confirm", l.Confirm())
	mux.Handle("/marketing/reject", l.Reject())
	mux.Handle("/unsubscribe", l.Unsubscribe())
	mux.Handle("/sign-up", l.SignUp(SignUpOptions{
		FallbackSite: "shop", Now: func() time.Time { return d.store.now },
		Refused: func(reason string) { d.refused = append(d.refused, reason) },
	}))
	d.Handler = httpx.Chain(mux, httpx.RequestID, httpx.ClientAddress(nil))
	return d
}

// landingLinks are the links of one message, as paths with their parameters.
type landingLinks struct{ confirm, reject, unsubscribe string }

// named is a link by the name of its page.
func (l landingLinks) named(page string) string {
	return map[string]string{"confirm": l.confirm, "reject": l.reject, "unsubscribe": l.unsubscribe}[page]
}

func landingPages() []string { return []string{"confirm", "reject", "unsubscribe"} }

// signUp has the owner of an address asked to confirm, every box ticked, and returns the links of the message.
func (d *landingDoor) signUp(t testing.TB, channel consent.Channel) landingLinks {
	t.Helper()
	address, err := consent.ParseEmail("", landingEmail)
	if channel == consent.SMS {
		address, err = consent.ParsePhone("", landingPhone, "GB")
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := consent.NewAuditData("Yes, please", "form", "/newsletter")
	if err != nil {
		t.Fatal(err)
	}
	request := consent.SignUpRequest{
		Address: address, Request: consent.Request{Actor: consent.Actor{Kind: consent.Visitor}, Data: data},
	}
	for _, p := range d.site.Texts() {
		request.Preferences = append(request.Preferences, p.ID)
	}
	if result, err := d.service.SignUp(t.Context(), d.site, request); result != consent.SignUpRequiresVerification {
		t.Fatal(result, err)
	}
	hash := d.keys.HashAddress(d.site.OrganisationID, address)
	verifications := d.store.states[hash.ContactID()].Verifications
	return d.links(hash, verifications[len(verifications)-1].ID, channel)
}

func (d *landingDoor) links(hash consent.AddressHash, v consent.EventID, channel consent.Channel) landingLinks {
	link := consent.ConfirmLink{Address: hash, Site: d.site.ID, Verification: v}
	leave := consent.UnsubscribeLink{Address: hash, Site: d.site.ID, Channel: channel}
	email := "&email=" + token.FormatAddress(hash)
	return landingLinks{
		confirm:     "/marketing/confirm?uuid=" + d.keys.Confirm(link) + email,
		reject:      "/marketing/reject?uuid=" + d.keys.Reject(link) + email,
		unsubscribe: "/unsubscribe?uuid=" + d.keys.Unsubscribe(leave) + email,
	}
}

func (d *landingDoor) send(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	if body != "" {
		headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	}
	return d.serve(httptest.NewRequest(method, target, nil), body, headers...)
}

func (d *landingDoor) serve(r *http.Request, body string, headers ...string) *httptest.ResponseRecorder {
	r.Body = io.NopCloser(strings.NewReader(body))
	r.RemoteAddr = "192.0.2.77:1234"
	r.Header.Set("User-Agent", "Browser/1")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func (d *landingDoor) get(target string, headers ...string) *httptest.ResponseRecorder {
	return d.send(http.MethodGet, target, "", headers...)
}

// press opens a page and presses its button, as a browser would.
func (d *landingDoor) press(t testing.TB, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return d.submit(t, d.get(target, headers...), headers...)
}

// submit sends the form of a page.
func (d *landingDoor) submit(t testing.TB, w *httptest.ResponseRecorder, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	page := w.Body.String()
	action := regexp.MustCompile(`<form method="post" action="([^"]+)">`).FindStringSubmatch(page)
	if action == nil {
		t.Fatalf("there is no button on %s", landingText(page))
	}
	form := url.Values{}
	for _, field := range regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	return d.send(http.MethodPost, html.UnescapeString(action[1]), form.Encode(), headers...)
}

// landingText is what a person sees of a page, one line for each element.
func landingText(page string) string {
	_, body, _ := strings.Cut(page, "<body>")
	lines := strings.FieldsFunc(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, "\n"), func(r rune) bool { return r == '\n' })
	return html.UnescapeString(strings.Join(lines, "\n"))
}

func landingHeading(w *httptest.ResponseRecorder) string {
	heading := regexp.MustCompile(`<h1>(.*)</h1>`).FindStringSubmatch(w.Body.String())
	if heading == nil {
		return ""
	}
	return html.UnescapeString(heading[1])
}

func hasButton(w *httptest.ResponseRecorder) bool {
	return strings.Contains(w.Body.String(), "<button")
}

// want checks the status and the heading of a page.
func (d *landingDoor) want(t testing.TB, w *httptest.ResponseRecorder, status int, heading string) {
	t.Helper()
	if w.Code != status || landingHeading(w) != heading {
		t.Errorf("got %d %q, want %d %q", w.Code, landingHeading(w), status, heading)
	}
}
