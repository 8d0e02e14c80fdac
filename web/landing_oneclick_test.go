package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/ratelimit"
)

const oneClickMultipart = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"

func oneClicks() map[string][2]string {
	return map[string][2]string{ // content type and body
		"urlencoded":                            {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		"multipart":                             {"multipart/form-data; boundary=x", oneClickMultipart},
		"urlencoded, with a charset":            {"application/x-www-form-urlencoded; charset=utf-8", "List-Unsubscribe=One-Click"},
		"urlencoded, ending in a line break":    {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click\r\n"},
		"urlencoded, in lower case":             {"application/x-www-form-urlencoded", "list-unsubscribe=one-click"},
		"multipart, ending in a line break":     {"multipart/form-data; boundary=x", strings.Replace(oneClickMultipart, "One-Click", "One-Click\r\n", 1)},
		"multipart without a boundary":          {"multipart/form-data", "List-Unsubscribe=One-Click"},
		"urlencoded with a stray semicolon":     {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click;x=1"},
		"a type of content that cannot be read": {"application/x-www-form-urlencoded; ;", "List-Unsubscribe=One-Click"},
	}
}

func TestAMailClientUnsubscribesInOneClick(t *testing.T) {
	for name, body := range oneClicks() {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t)
			links := d.signUp(t, consent.Email)
			d.press(t, links.confirm)
			for range 2 { // mail clients repeat themselves
				w := d.send(http.MethodPost, links.unsubscribe+"&utm_source=a;b", body[1], "Content-Type", body[0])
				if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "0" {
					t.Errorf("got %d %q", w.Code, w.Body)
				}
			}
			change := d.store.last()
			if d.store.states[change.Contact.ID].Has(d.site.ID, consent.Email.Purpose()) {
				t.Error("still subscribed")
			}
			if got := change.Event.Data; got != consent.NewOneClickData("https://consent.example/unsubscribe") {
				t.Errorf("the evidence is %+v", got)
			}
		})
	}
}

func TestOneClickAnswersWithNothingButAStatus(t *testing.T) {
	limits := ratelimit.Limits{ratelimit.Token: {ratelimit.KeyContact: {{Count: 1, Period: time.Minute}}}}
	d := openLanding(t, func(d *landingDoor) { d.limits = limits })
	target := d.signUp(t, consent.Email).unsubscribe
	click := func(target, site string) (status int, retry string) {
		w := d.send(http.MethodPost, target, "List-Unsubscribe=One-Click", "X-Site-Id", site)
		if w.Body.Len() != 0 || w.Header().Get("Content-Type") != "" || w.Header().Get("Content-Length") != "0" {
			t.Errorf("got a body: %q", w.Body)
		}
		return w.Code, w.Header().Get("Retry-After")
	}
	d.store.failing = "Update"
	if got, _ := click(target, ""); got != http.StatusInternalServerError {
		t.Errorf("a failure: %d", got)
	}
	d.store.failing = ""
	if got, retry := click(target, ""); got != http.StatusTooManyRequests || retry == "" {
		t.Errorf("too many: %d, Retry-After %q", got, retry)
	}
	if got, _ := click("/unsubscribe?uuid=x&email=y", ""); got != http.StatusNotFound {
		t.Errorf("an unknown link: %d", got)
	}
	if got, _ := click("/unsubscribe?uuid=x&email=y", "nowhere"); got != http.StatusNotFound {
		t.Errorf("an unknown site: %d", got)
	}
}

func TestOneClickTakesTheLinkFromTheAddressAlone(t *testing.T) {
	d := openLanding(t)
	_, query, _ := strings.Cut(d.signUp(t, consent.Email).unsubscribe, "?")
	before := d.store.written()
	w := d.send(http.MethodPost, "/unsubscribe", "List-Unsubscribe=One-Click&"+query)
	if w.Code != http.StatusNotFound || d.store.written() != before {
		t.Errorf("got %d", w.Code)
	}
}

// A script of somebody's may post to the page without having shown it.
func TestWhatWasNotShownIsNotKeptAsShown(t *testing.T) {
	d := openLanding(t)
	d.want(t, d.send(http.MethodPost, d.signUp(t, consent.Email).unsubscribe, ""), http.StatusOK, "You are unsubscribed")
	want, err := consent.NewLandingData("https://consent.example/unsubscribe")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.store.last().Event.Data; got != want {
		t.Errorf("the evidence is %+v", got)
	}
}

func TestNoOtherPageIsPressedByMachines(t *testing.T) {
	d := openLanding(t)
	w := d.send(http.MethodPost, d.signUp(t, consent.Email).reject, "List-Unsubscribe=One-Click")
	d.want(t, w, http.StatusOK, "Request cancelled") // a page for a person
}
