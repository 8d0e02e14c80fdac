package e2e

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// office is the back office of one company, and what it has written.
type office struct {
	*mix
	company
	header   http.Header
	choice   string            // a text that accounts choose on
	texts    map[string]string // by id
	editions []edition         // every text ever shown
}

// edition is a text from one change to the next.
type edition struct {
	id, text    string
	from, until time.Time // until is zero while it is there
}

// obeyed is after how long a change is surely obeyed everywhere.
const obeyed = 10 * time.Second

// kept is how many texts an office has at most.
const kept = 12

func (m *mix) newOffice(t *testing.T) *office {
	t.Helper()
	c := m.shop.company(t, marketing)
	o := &office{mix: m, company: c, texts: map[string]string{}, header: http.Header{
		"Authorization": {"Bearer " + c.key}, "Content-Type": {"application/json"}, "X-Forwarded-For": {clientAddress},
	}}
	o.choice = o.defines()
	return o
}

func (o *office) works() {
	switch n := mathrand.IntN(4); {
	case n == 0 && len(o.texts) < kept:
		o.defines()
	case n == 1 && len(o.texts) > 2:
		o.deletes(o.any())
	case n == 2:
		o.chooses()
	default:
		o.rewords(o.any())
	}
	o.lists(textsPath + "?organisation_id=" + o.id)
	o.lists(offer(o.site))
	o.shows()
}

// any is some text but the one to choose on.
func (o *office) any() string {
	for id := range o.texts {
		if id != o.choice {
			return id
		}
	}
	return o.choice
}

// edits makes a change and wants the status, and reads the text of the answer.
func (o *office) edits(status int, method, path string, body any) (answer struct{ ID, Text string }) {
	got, text := o.ask(method, path, o.header, body)
	if got != status {
		o.isWrong("%s %s answers %d %s, want %d", method, path, got, text, status)
		return answer
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			o.isWrong("%s %s answers %s", method, path, text)
		}
	}
	return answer
}

func (o *office) defines() (id string) {
	text := "I want news of " + rand.Text()
	got := o.edits(http.StatusCreated, http.MethodPost, textsPath, object{"organisation_id": o.id, "text": text})
	if got.Text != text {
		o.isWrong("a new text is %q, want %q", got.Text, text)
	}
	o.becomes(got.ID, text)
	return got.ID
}

func (o *office) rewords(id string) {
	text := "I want news of " + rand.Text()
	o.edits(http.StatusOK, http.MethodPut, textsPath+"/"+id, object{"text": text})
	if got := o.edits(http.StatusOK, http.MethodGet, textsPath+"/"+id, nil); got.ID != id || got.Text != text {
		o.isWrong("%s is %+v, want %q", id, got, text)
	}
	o.becomes(id, text)
}

func (o *office) deletes(id string) {
	o.edits(http.StatusNoContent, http.MethodDelete, textsPath+"/"+id, nil)
	o.edits(http.StatusNotFound, http.MethodGet, textsPath+"/"+id, nil)
	o.becomes(id, "")
}

// becomes keeps in mind that a text is another now, or none.
func (o *office) becomes(id, text string) {
	now := time.Now()
	recent := o.editions[:0]
	for _, e := range o.editions {
		if e.id == id && e.until.IsZero() {
			e.until = now
		}
		if e.until.IsZero() || now.Sub(e.until) < obeyed {
			recent = append(recent, e)
		}
	}
	o.editions = recent
	delete(o.texts, id)
	if text != "" {
		o.texts[id] = text
		o.editions = append(o.editions, edition{id: id, text: text, from: now})
	}
}

// chooses tells about an account and sets its choice.
func (o *office) chooses() {
	account := "/customers/accounts/" + rand.Text()
	o.edits(http.StatusOK, http.MethodPut, account, object{"site_id": o.site, "email": o.shop.email("account"), "name": "Ada"})
	o.records.Add(1)
	o.edits(http.StatusOK, http.MethodPut, account+"/marketing-preferences/"+o.choice, object{
		"site_id": o.site, "opted_in": true,
		"audit_data": object{"message_shown": rand.Text(), "form_identifier": "desk", "form_location": "shop"},
	})
	status, text := o.ask(http.MethodGet, account+"/marketing-preferences?site_id="+o.site, o.header, nil)
	var choices []struct {
		ID      string
		OptedIn bool `json:"opted_in"`
	}
	_ = json.Unmarshal(text, &choices) // an error leaves nothing
	for _, c := range choices {
		if c.ID == o.choice && c.OptedIn && status == http.StatusOK {
			return
		}
	}
	o.isWrong("the choice of %s is %d %s", account, status, text)
}

// lists wants a list to have every text as it is now.
func (o *office) lists(path string) {
	if got, text := o.list(path); !maps.Equal(got, o.texts) {
		o.isWrong("%s answers %s, want %v", path, text, o.texts)
	}
}

// hurries asks for a list and mostly hangs up before it is there: its statement is
// then cancelled, and nobody else's.
func (o *office) hurries() {
	ctx, cancel := context.WithTimeout(context.Background(), mathrand.N(30*time.Millisecond))
	defer cancel()
	status, text, err := o.try(ctx, http.MethodGet, textsPath+"?organisation_id="+o.id, o.header, nil)
	if err == nil && (status != http.StatusOK || !strings.Contains(string(text), o.texts[o.choice])) {
		o.isWrong("whoever is in a hurry is answered %d %s", status, text)
	}
}

func (o *office) list(path string) (byID map[string]string, body []byte) {
	_, body = o.ask(http.MethodGet, path, o.header, nil)
	var items []struct{ ID, Text string }
	_ = json.Unmarshal(body, &items) // an error leaves nothing
	byID = map[string]string{}
	for _, item := range items {
		byID[item.ID] = item.Text
	}
	return byID, body
}

// shows wants the public list to have the texts as they are, or were a moment ago.
func (o *office) shows() {
	began := time.Now()
	got, body := o.list(publicList + "?organisation_id=" + o.id)
	for _, e := range o.editions {
		if e.until.IsZero() && began.Sub(e.from) > obeyed && got[e.id] != e.text {
			o.isWrong("the public list lacks %+v: %s", e, body)
		}
		if got[e.id] == e.text && (e.until.IsZero() || began.Sub(e.until) < obeyed) {
			delete(got, e.id)
		}
	}
	if len(got) > 0 {
		o.isWrong("the public list has %v, which is not there", got)
	}
}
