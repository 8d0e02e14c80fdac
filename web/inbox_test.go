package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func inboxOf(messages ...InboxMessage) http.Handler {
	return Inbox(func(context.Context) ([]InboxMessage, error) { return messages, nil }, silent())
}

func confirmation() InboxMessage {
	return InboxMessage{
		ID: "1", Channel: "EMAIL", To: "ada@example.com", Subject: "Please <confirm>",
		Text:      "Confirm: https://shop.example/marketing/confirm?uuid=T&email=H.",
		HTML:      `<p style="color:red">Hello & "welcome"</p><script>alert(1)</script>`,
		Headers:   map[string]string{"List-Unsubscribe": "<https://shop.example/u>"},
		Status:    "waiting",
		CreatedAt: noon,
	}
}

func TestInboxPageShowsAllOfAMessage(t *testing.T) {
	for target, parts := range map[string][]string{
		"/dev/inbox": {">EMAIL<", ">waiting<", ">ada@example.com<", "Please &lt;confirm&gt;</h2>", `datetime="2026-11-21T12:00:00Z"`,
			"21 Nov 2026, 12:00:00 UTC", "<iframe", `href="/demo"`, `href="/"`},
		"/dev/inbox?message=1&view=text": {
			`<a href="https://shop.example/marketing/confirm?uuid=T&amp;email=H"`, "</a>.</p>"},
		"/dev/inbox?message=1&view=headers": {"<dt>List-Unsubscribe</dt>", `<a href="https://shop.example/u"`},
	} {
		w := get(t, inboxOf(confirmation()), target, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
		}
		for _, part := range parts {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s lacks %s", target, part)
			}
		}
	}
}

func TestInboxKeepsTheHTMLOfAMessageInASandbox(t *testing.T) {
	w := get(t, inboxOf(confirmation()), "/dev/inbox")
	page := w.Body.String()
	if strings.Contains(page, "<script") || strings.Contains(page, "<p style") {
		t.Error("the message is part of the page")
	}
	if !strings.Contains(page, `sandbox="allow-popups allow-popups-to-escape-sandbox"`) ||
		!strings.Contains(page, `&lt;p style=&#34;color:red&#34;&gt;Hello &amp; &#34;welcome&#34;&lt;/p&gt;`) {
		t.Error("the message is not framed as it is")
	}
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script-src") {
		t.Errorf("a script may run: %s", policy)
	}
}

func TestInboxIsNeverStored(t *testing.T) {
	for _, accept := range []string{"text/html", "application/json"} {
		if got := get(t, inboxOf(), "/dev/inbox", "Accept", accept).Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: %q", accept, got)
		}
	}
}

func TestInboxAnswersJSONToThoseWhoAskForIt(t *testing.T) {
	for accept, want := range map[string]string{
		"application/json":                  "application/json",
		"application/json, text/plain, */*": "application/json",
		"text/html,application/json;q=0.5":  "text/html; charset=utf-8",
		"*/*":                               "text/html; charset=utf-8",
		"":                                  "text/html; charset=utf-8",
	} {
		if got := get(t, inboxOf(), "/dev/inbox", "Accept", accept).Header().Get("Content-Type"); got != want {
			t.Errorf("Accept %q: %s", accept, got)
		}
	}
}

func TestInboxJSONHasThePromisedNames(t *testing.T) {
	w := get(t, inboxOf(confirmation()), "/dev/inbox", "Accept", "application/json")
	var got []map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{
		"id": "1", "channel": "EMAIL", "to": "ada@example.com", "subject": "Please <confirm>",
		"text":       "Confirm: https://shop.example/marketing/confirm?uuid=T&email=H.",
		"html":       `<p style="color:red">Hello & "welcome"</p><script>alert(1)</script>`,
		"headers":    map[string]any{"List-Unsubscribe": "<https://shop.example/u>"},
		"created_at": "2026-11-21T12:00:00Z",
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestInboxJSONHoldsNoNull(t *testing.T) {
	if got := get(t, inboxOf(), "/dev/inbox", "Accept", "application/json").Body.String(); got != "[]" {
		t.Errorf("an empty inbox is %s", got)
	}
	bare := get(t, inboxOf(InboxMessage{ID: "1"}), "/dev/inbox", "Accept", "application/json").Body.String()
	if !strings.Contains(bare, `"headers":{}`) {
		t.Errorf("a message without headers is %s", bare)
	}
}

func TestInboxListsTheNewestFirst(t *testing.T) {
	h := inboxOf(
		InboxMessage{ID: "middle", CreatedAt: noon},
		InboxMessage{ID: "oldest", CreatedAt: noon.Add(-time.Hour)},
		InboxMessage{ID: "newest", CreatedAt: noon.Add(time.Hour).In(time.FixedZone("", -7200))},
	)
	var got []InboxMessage
	if err := json.Unmarshal(get(t, h, "/dev/inbox", "Accept", "application/json").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got[0].ID != "newest" || got[1].ID != "middle" || got[2].ID != "oldest" {
		t.Errorf("got %v", got)
	}
}

func TestAnEmptyInboxSaysWhatToDo(t *testing.T) {
	if page := get(t, inboxOf(), "/dev/inbox").Body.String(); !strings.Contains(page, "No messages yet") {
		t.Error("an empty inbox is a blank page")
	}
}

func TestAFailureIsNotShownAsAnEmptyInbox(t *testing.T) {
	h := Inbox(func(context.Context) ([]InboxMessage, error) { return nil, errors.New("disk at /secret is gone") }, silent())
	w := get(t, h, "/dev/inbox")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
