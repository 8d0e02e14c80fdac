package consent_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"assent/consent"

	"pgregory.net/rapid"
)

// history is one contact of two sites, and everything that was ever recorded of it.
type history struct {
	now     time.Time
	sites   []consent.Site
	state   consent.State
	records []dated
	links   []opened
	counted []consent.Queued // messages that count towards the caps

	unanswered int // of these, since somebody followed a link
}

type dated struct {
	consent.Record
	at time.Time
	by *opened // the link that caused it, if one did
}

// opened is a link, and how many records there were before it.
type opened struct {
	consent.Verification
	after int
}

// write commits a change as a store does.
func (h *history) write(ch consent.Change, at time.Time, by *opened) {
	if ch.IsEmpty() {
		return
	}
	if ch.Open != nil {
		h.links = append(h.links, opened{*ch.Open, len(h.records)})
	}
	for i := range ch.Records {
		ch.Records[i].ID = consent.NewRecordID()
		h.records = append(h.records, dated{ch.Records[i], at, by})
	}
	if ch.Message != nil && ch.Message.Counts {
		h.counted = append(h.counted, consent.Queued{Kind: ch.Message.Kind, At: at})
		h.unanswered++
	}
	h.state = h.state.After(ch, at)
}

// TestProperties lets visitors, a customer and holders of links do anything in
// any order, and checks after every step what must hold for ever.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{now: noon, sites: []consent.Site{drawSite(t, shop()), drawSite(t, outlet())}, state: unknown(anna)}
		t.Repeat(map[string]func(*rapid.T){
			"time passes":   h.timePasses,
			"sign up":       h.signUp,
			"enter":         h.enter,
			"confirm":       h.confirm,
			"reject":        h.reject,
			"unsubscribe":   h.unsubscribe,
			"choose":        h.choose,
			"be suppressed": h.suppress,
			"": func(t *rapid.T) {
				h.checkStateIsTheFoldOfTheRecords(t)
				h.checkNoLinkOutlivesAWithdrawal(t)
				h.checkCaps(t)
			},
		})
	})
}

func drawSite(t *rapid.T, s consent.Site) consent.Site {
	if rapid.Bool().Draw(t, "double opt-in") {
		s.Features = append(s.Features, consent.DoubleOptIn)
	}
	s.NeutralResponses = rapid.Bool().Draw(t, "neutral responses")
	return s
}

func (h *history) site(t *rapid.T) consent.Site {
	return h.sites[rapid.IntRange(0, len(h.sites)-1).Draw(t, "site")]
}

func event() consent.Event { return consent.Event{ID: consent.NewEventID()} }

func (h *history) timePasses(t *rapid.T) {
	h.now = h.now.Add(rapid.SampledFrom([]time.Duration{
		instant, time.Minute, 10*time.Minute - instant, 10 * time.Minute, time.Hour, 8 * time.Hour, 24 * time.Hour, week,
	}).Draw(t, "pause"))
}

// clock is what a store makes of the time of its server, which may be behind.
func (h *history) clock(t *rapid.T) time.Time {
	lag := rapid.SampledFrom([]time.Duration{0, 0, time.Second, time.Hour}).Draw(t, "lag")
	return h.state.Clock(h.now.Add(-lag))
}

func (h *history) signUp(t *rapid.T) {
	cmd := consent.SignUp{Event: event(), Contact: anna, Channel: consent.Email, Purposes: []consent.Asked{askEmail}}
	if rapid.Bool().Draw(t, "tick the box") {
		cmd.Purposes = append(cmd.Purposes, askNews)
	}
	h.visit(t, h.site(t), cmd.Decide)
}

func (h *history) enter(t *rapid.T) {
	cmd := enter(rapid.Bool().Draw(t, "opt in"))
	cmd.SignUp.Event = event()
	h.visit(t, h.site(t), cmd.Decide)
}

// visit decides for a visitor, who must be answered the same whether or not the
// address is suppressed. A store may decide again, and must get the same change.
func (h *history) visit(t *rapid.T, site consent.Site, decide func(consent.Site, consent.State, time.Time) (consent.Change, consent.SignUpResult)) {
	at := h.clock(t)
	ch, answer := decide(site, h.state, at)
	if again, same := decide(site, h.state, at); same != answer || !reflect.DeepEqual(ch, again) {
		t.Fatalf("deciding again gives %s and %+v, not %s and %+v", same, again, answer, ch)
	}
	for _, s := range []consent.Suppression{{}, {Reason: consent.Complained}, {Reason: consent.Rejected, Until: at.Add(time.Hour)}} {
		other := h.state
		other.Contact.Suppression = s
		ch, same := decide(site, other, at)
		if same != answer {
			t.Fatalf("suppressed (%s) the answer is %s, not %s", s.Reason, same, answer)
		}
		if s.Reason != "" && ch.Message != nil {
			t.Fatalf("a suppressed address is sent %s", ch.Message.Kind)
		}
	}
	h.write(ch, at, nil)
}

// link is one of those that were sent, and its site.
func (h *history) link(t *rapid.T) (opened, consent.Site) {
	if len(h.links) == 0 {
		t.Skip("no link was sent yet")
	}
	v := h.links[rapid.IntRange(0, len(h.links)-1).Draw(t, "link")]
	return v, h.sites[slices.IndexFunc(h.sites, func(s consent.Site) bool { return s.ID == v.Site })]
}

func (h *history) confirm(t *rapid.T) {
	v, site := h.link(t)
	cmd := consent.Confirm{Event: event(), Link: consent.ConfirmLink{Site: v.Site, Verification: v.ID}, Lifetime: week}
	at := h.clock(t)
	ch, answer := cmd.Decide(site, h.state, at)
	if answer != consent.ConfirmOK && !ch.IsEmpty() {
		t.Fatalf("the answer is %s, and yet it writes %q", answer, describe(h.state, ch))
	}
	if !ch.IsEmpty() {
		h.unanswered = 0
	}
	h.write(ch, at, &v)
	if ch, same := cmd.Decide(site, h.state, h.state.Clock(h.now)); same != answer || !ch.IsEmpty() {
		t.Fatalf("a second click is answered %s, not %s, and writes %q", same, answer, describe(h.state, ch))
	}
}

func (h *history) unsubscribe(t *rapid.T) {
	site, cmd := h.site(t), consent.Unsubscribe{Event: event(), Contact: anna, Channel: consent.Email}
	at := h.clock(t)
	ch := cmd.Decide(site, h.state, at)
	if rapid.Bool().Draw(t, "by link") {
		cmd.Event.Actor.Kind = consent.Link
		if ch = cmd.Decide(site, h.state, at); !ch.IsEmpty() {
			h.unanswered = 0
		}
	}
	h.write(ch, at, nil)
	if h.state.Has(site.ID, email) || h.state.Has(site.ID, news.Purpose()) {
		t.Fatal("something is still granted after an unsubscribe")
	}
	if ch := cmd.Decide(site, h.state, h.state.Clock(h.now)); !ch.IsEmpty() {
		t.Fatalf("a second unsubscribe writes %q", describe(h.state, ch))
	}
}

func (h *history) reject(t *rapid.T) {
	v, site := h.link(t)
	cmd := consent.Reject{Event: event(), Link: consent.ConfirmLink{Site: v.Site, Verification: v.ID}, Silent: week}
	at := h.clock(t)
	ch, _ := cmd.Decide(site, h.state, at)
	if !ch.IsEmpty() {
		h.unanswered = 0
	}
	h.write(ch, at, nil)
	if h.state.Contact.Suppression.Reason == "" {
		t.Fatal("the address is not suppressed after a rejection")
	}
	if ch, _ := cmd.Decide(site, h.state, h.state.Clock(h.now)); !ch.IsEmpty() {
		t.Fatalf("a second rejection writes %q", describe(h.state, ch))
	}
}

func (h *history) choose(t *rapid.T) {
	site, value := h.site(t), rapid.Bool().Draw(t, "value")
	cmd := consent.Choose{
		Event: event(), Contact: anna, Asked: rapid.SampledFrom([]consent.Asked{askEmail, askNews}).Draw(t, "purpose"), Value: value,
	}
	before, at := len(h.records), h.clock(t)
	h.write(cmd.Decide(site, h.state, at), at, nil)
	if len(h.records) != before+1 || h.state.Has(site.ID, cmd.Asked.Purpose) != value {
		t.Fatal("a choice does not take effect at once with one audit record")
	}
}

// suppress is what a bounce or "that wasn't me" does.
func (h *history) suppress(t *rapid.T) {
	days := rapid.IntRange(0, 3).Draw(t, "days")
	h.state.Contact.Suppression = consent.Suppression{
		Reason: consent.Rejected, Since: h.now, Until: h.now.Add(time.Duration(days) * 24 * time.Hour),
	}
}

// checkStateIsTheFoldOfTheRecords also says that nothing is granted without a
// GRANTED record: the latest record that answers is the state.
func (h *history) checkStateIsTheFoldOfTheRecords(t *rapid.T) {
	want := map[consent.Scope]consent.Consent{}
	for _, r := range h.records {
		status := map[consent.Action]consent.Status{
			consent.ActionGranted: consent.Granted, consent.ActionWithdrawn: consent.Withdrawn,
		}[r.Action]
		if status == "" {
			continue
		}
		if last, ok := want[r.Scope]; ok && !r.at.After(last.At) {
			t.Fatalf("two answers on %v at %s: their order is lost", r.Scope, r.at)
		}
		want[r.Scope] = consent.Consent{Status: status, At: r.at, Record: r.ID}
	}
	if len(want)+len(h.state.Consents) > 0 && !reflect.DeepEqual(h.state.Consents, want) {
		t.Fatalf("the state is %+v, the records amount to %+v", h.state.Consents, want)
	}
}

func (h *history) checkNoLinkOutlivesAWithdrawal(t *rapid.T) {
	for i, r := range h.records {
		if r.by == nil || r.Action != consent.ActionGranted {
			continue
		}
		for _, since := range h.records[r.by.after:i] {
			if since.Scope == r.Scope && since.Action == consent.ActionWithdrawn {
				t.Fatalf("a link of %s grants %s, which was withdrawn at %s", r.by.OpenedAt, purposeName(r.Scope.Purpose), since.at)
			}
		}
	}
}

func (h *history) checkCaps(t *rapid.T) {
	if h.unanswered > 5 || h.state.Contact.Unanswered != h.unanswered {
		t.Fatalf("%d messages are unanswered, the state says %d", h.unanswered, h.state.Contact.Unanswered)
	}
	last := map[consent.MessageKind]time.Time{}
	for i, q := range h.counted {
		if gap := q.At.Sub(last[q.Kind]); gap < 10*time.Minute {
			t.Fatalf("two messages of a kind within %s", gap)
		}
		last[q.Kind] = q.At
		if i >= 3 && q.At.Sub(h.counted[i-3].At) < 24*time.Hour {
			t.Fatalf("four messages within %s", q.At.Sub(h.counted[i-3].At))
		}
	}
}
