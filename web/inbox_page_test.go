package web

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

func textMessage(id, to string, at time.Time) InboxMessage {
	return InboxMessage{ID: id, Channel: "SMS", To: to, Text: "Confirm: https://shop.example/c\nor ignore us.", CreatedAt: at}
}

func TestInboxFiltersByRecipient(t *testing.T) {
	h := inboxOf(confirmation(), textMessage("2", "+447400123456", noon))
	for target, want := range map[string]string{
		"/dev/inbox":                      "1 2",
		"/dev/inbox?to=":                  "1 2",
		"/dev/inbox?to=ada@example.com":   "1",
		"/dev/inbox?to=+ADA@":             "1",
		"/dev/inbox?to=%2B447400123456":   "2",
		"/dev/inbox?to=eve@example.com":   "",
		"/dev/inbox?message=1&to=7400123": "2",
	} {
		var messages []InboxMessage
		if err := json.Unmarshal(get(t, h, target, "Accept", "application/json").Body.Bytes(), &messages); err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(messages))
		for i, m := range messages {
			ids[i] = m.ID
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s as JSON: %q, want %q", target, got, want)
		}
		if listed := strings.Count(get(t, h, target).Body.String(), "<li id="); listed != len(messages) {
			t.Errorf("%s lists %d messages, want %d", target, listed, len(messages))
		}
	}
}

func TestInboxShowsTheMessageThatWasChosen(t *testing.T) {
	h := inboxOf(confirmation(), textMessage("2", "+447400123456", noon.Add(-time.Hour)))
	for target, want := range map[string]string{
		"/dev/inbox":                        `<h2 id="subject">Please &lt;confirm&gt;</h2>`, // the newest
		"/dev/inbox?message=2":              `<h2 id="subject">Confirm: https://shop.example/c</h2>`,
		"/dev/inbox?message=2&view=html":    `<a href="https://shop.example/c"`, // there is no HTML to show
		"/dev/inbox?message=2&view=headers": `<a href="https://shop.example/c"`,
		"/dev/inbox?message=1&view=odd":     "<iframe",
		"/dev/inbox?message=3":              "This message is not here",
		"/dev/inbox?message=1&to=%2B44":     "This message is not here",
		"/dev/inbox?to=eve%3Cb%3E":          "No messages to “eve&lt;b&gt;”",
	} {
		if page := get(t, h, target).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s lacks %s", target, want)
		}
	}
}

func TestTheFilterStaysWhileMessagesAreRead(t *testing.T) {
	page := get(t, inboxOf(confirmation()), "/dev/inbox?to=ada%26x%3D@example.com").Body.String()
	if !strings.Contains(page, `name="to" type="search" value="ada&amp;x=@example.com"`) {
		t.Error("the filter is forgotten")
	}
	page = get(t, inboxOf(confirmation()), "/dev/inbox?to=ada@").Body.String()
	if !strings.Contains(page, `href="?message=1&amp;to=ada%40#m-1"`) {
		t.Error("reading a message loses the filter")
	}
}

func TestALongInboxHoldsOneMessageAtATime(t *testing.T) {
	var many []InboxMessage
	for i := range 200 {
		m := confirmation()
		m.ID = fmt.Sprint("m", i)
		m.CreatedAt = noon.Add(time.Duration(i) * time.Second)
		many = append(many, m)
	}
	page := get(t, inboxOf(many...), "/dev/inbox?message=m17").Body.String()
	if frames, rows := strings.Count(page, "<iframe"), strings.Count(page, "<li id="); frames != 1 || rows != 200 {
		t.Errorf("%d frames in %d rows", frames, rows)
	}
	if current := regexp.MustCompile(`<li id="([^"]*)"><a [^>]*aria-current`).FindStringSubmatch(page); len(current) == 0 || current[1] != "m-m17" {
		t.Errorf("marked as the one being read: %v", current)
	}
	if options := strings.Count(page, "<option"); options != 1 {
		t.Errorf("one recipient is suggested %d times", options)
	}
}

func TestTheAgeOfAMessageReadsNaturally(t *testing.T) {
	page := &inboxPage{now: noon}
	for age, want := range map[time.Duration]string{
		-time.Second:         "just now",
		59 * time.Second:     "just now",
		time.Minute:          "1 min ago",
		59 * time.Minute:     "59 min ago",
		119 * time.Minute:    "1 h ago",
		24 * time.Hour:       "20 Nov 2026",
		400 * 24 * time.Hour: "17 Oct 2025",
	} {
		if got := page.Age(InboxMessage{CreatedAt: noon.Add(-age)}); got != want {
			t.Errorf("%v: %q, want %q", age, got, want)
		}
	}
}

func TestAMessageWithoutWordsHasATitle(t *testing.T) {
	if got := titleOf(InboxMessage{Channel: "SMS", Text: " \n"}); got != "SMS message" {
		t.Errorf("got %q", got)
	}
}
