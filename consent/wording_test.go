package consent_test

import (
	"testing"

	"assent/consent"
)

// rewordedTwice is a shop whose text about the news is in its third version, which
// begins like the first one.
func rewordedTwice(m *memory) consent.Site {
	const current = "Tell me the news & offers"
	m.wordings = map[consent.PreferenceID][]consent.Wording{news: {{3, current}, {2, "Send me letters"}, {1, "Tell me the news"}}}
	site := shop()
	site.Preferences = []consent.Preference{{ID: news, Text: current, Version: 3}, {ID: partners, Text: "Tell your partners", Version: 1}}
	return site
}

func showing(t testing.TB, message string) consent.Request {
	t.Helper()
	data, err := consent.NewAuditData(message, "footer", "/")
	if err != nil {
		t.Fatal(err)
	}
	return consent.Request{Actor: consent.Actor{Kind: consent.Visitor}, Data: data}
}

func TestAnAnswerRefersToTheWordingShown(t *testing.T) {
	for _, tt := range []struct {
		name, message, want string
	}{
		{"the newest wording", "Tell me the news & offers", "GRANTED news v3"},
		{"an older one on a form that was open while the text was reworded", "[x] Send me letters. Sign me up!", "GRANTED news v2"},
		{"an older one that is the beginning of the newest", "Tell me the news", "GRANTED news v1"},
		{"the longest of several", "Send me letters. Tell me the news & offers", "GRANTED news v3"},
		{"one with HTML escapes", "Tell me the news &amp; offers", "GRANTED news v3"},
		{"one with numeric HTML escapes", "Tell me the news &#38;&#x20;offers", "GRANTED news v3"},
		{"one with parts of it in tags", `<label><input type="checkbox"> Tell me the <b>news</b> <a href="/o">&amp; offers</a></label>`, "GRANTED news v3"},
		{"one broken into lines", "Tell me\n\tthe news &nbsp;&amp;<br>\noffers", "GRANTED news v3"},
		{"none of them means the newest", "Yes, please", "GRANTED news v3"},
		{"one in other letters means the newest", "SEND ME LETTERS", "GRANTED news v3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			refusal, err := m.service().SetPreference(t.Context(), rewordedTwice(m), person(t), news, true, showing(t, tt.message))
			if err != nil || refusal != consent.UpdateDone {
				t.Fatalf("setting the text: %s, %v", refusal, err)
			}
			if got := describeRecord(m.records[0]); got != tt.want {
				t.Errorf("a customer's answer is %q, want %q", got, tt.want)
			}
			m = newMemory()
			site, request := rewordedTwice(m), guest(t, mailbox(t, "anna@example.com"), news)
			request.Request = showing(t, tt.message)
			if answer, err := m.service().SignUp(t.Context(), site, request); err != nil || answer != consent.SignUpOK {
				t.Fatalf("signing up: %s, %v", answer, err)
			}
			if got := describeRecord(m.records[1]); got != tt.want {
				t.Errorf("a visitor's answer is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAWordingThatCameBackIsTheNewestOfItsKind(t *testing.T) {
	m := newMemory()
	site := rewordedTwice(m)
	m.wordings[news][2].Text = m.wordings[news][0].Text
	request := showing(t, "Tell me the news & offers")
	if _, err := m.service().SetPreference(t.Context(), site, person(t), news, false, request); err != nil {
		t.Fatal(err)
	}
	if got := describeRecord(m.records[0]); got != "WITHDRAWN news v3" {
		t.Errorf("it records %s", got)
	}
}

// A confirmation repeats what was asked in the words that were shown.
func TestALinkConfirmsTheWordingShown(t *testing.T) {
	m := newMemory()
	site, annas := rewordedTwice(m), mailbox(t, "anna@example.com")
	site.Features = append(site.Features, consent.DoubleOptIn)
	request := guest(t, annas, partners, news)
	request.Request = showing(t, "Tell your partners. Send me letters.")
	if answer, err := m.service().SignUp(t.Context(), site, request); err != nil || answer != consent.SignUpRequiresVerification {
		t.Fatalf("signing up: %s, %v", answer, err)
	}
	asked := m.of(annas).Verifications[0].Purposes
	if len(asked) != 3 || asked[0] != askEmail || asked[1] != askPartners || asked[2].Version != 2 {
		t.Errorf("the link asks for %+v", asked)
	}
}

func TestATextThatWasNeverRewordedNeedsNoLookUp(t *testing.T) {
	m := newMemory()
	site := rewordedTwice(m)
	if _, err := m.service().SetPreference(t.Context(), site, person(t), partners, true, showing(t, "Tell me the news")); err != nil {
		t.Fatal(err)
	}
	looked := m.calls
	m = newMemory()
	if _, err := m.service().SetChannel(t.Context(), site, person(t), consent.Email, true, showing(t, "Tell me the news")); err != nil {
		t.Fatal(err)
	}
	if looked != m.calls {
		t.Errorf("it takes %d calls of the store, a channel %d", looked, m.calls)
	}
}
