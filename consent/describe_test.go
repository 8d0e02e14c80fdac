package consent_test

import (
	"fmt"
	"slices"
	"strings"

	"assent/consent"
)

// describe tells in words what a change does to a contact:
//
//	GRANTED EMAIL                a record; " at outlet" when not at the shop
//	GRANTED news v3              a record of a preference text, with its version
//	open EMAIL+news              a verification
//	CANCELLED 1                  the outcome of link 1
//	send CONFIRM                 a message; "uncounted" when outside the caps
//	enter summer                 a campaign entry
//	held CAPPED                  a message that was due and is not sent
//	clicked                      messages count as answered
//	suppress OPTED_OUT, account, link
func describe(before consent.State, ch consent.Change) []string {
	var lines []string
	for _, r := range ch.Records {
		lines = append(lines, describeRecord(r))
	}
	if ch.Open != nil {
		lines = append(lines, "open "+joinPurposes(ch.Open.Purposes))
	}
	for _, c := range ch.Close {
		lines = append(lines, fmt.Sprintf("%s %d", c.Outcome, c.ID.UUID[15]))
	}
	if m := ch.Message; m != nil {
		line := "send " + string(m.Kind)
		if !m.Counts {
			line += " uncounted"
		}
		lines = append(lines, line)
	}
	if ch.Entry != nil {
		lines = append(lines, "enter "+ch.Entry.Campaign)
	}
	if ch.Held != "" {
		lines = append(lines, "held "+string(ch.Held))
	}
	if ch.Contact.Unanswered < before.Contact.Unanswered {
		lines = append(lines, "clicked")
	}
	if ch.Contact.Suppression != before.Contact.Suppression {
		lines = append(lines, "suppress "+string(ch.Contact.Suppression.Reason))
	}
	if ch.Account != nil {
		lines = append(lines, "account")
	}
	if ch.Link != nil {
		lines = append(lines, "link")
	}
	return lines
}

func describeRecord(r consent.Record) string {
	line := string(r.Action) + " " + purposeName(r.Scope.Purpose)
	if r.PreferenceVersion != 0 {
		line += fmt.Sprintf(" v%d", r.PreferenceVersion)
	}
	if r.Scope.Site != shopID {
		line += " at outlet"
	}
	return line
}

func joinPurposes(ps []consent.Asked) string {
	var names []string
	for _, p := range ps {
		names = append(names, purposeName(p.Purpose))
	}
	return strings.Join(names, "+")
}

func purposeName(p consent.Purpose) string {
	switch p {
	case news.Purpose():
		return "news"
	case partners.Purpose():
		return "partners"
	}
	return string(p)
}

func sends(ch consent.Change, kind consent.MessageKind) bool {
	return ch.Message != nil && ch.Message.Kind == kind
}

func hasRecord(ch consent.Change, a consent.Action, p consent.Purpose) bool {
	return slices.ContainsFunc(ch.Records, func(r consent.Record) bool { return r.Action == a && r.Scope.Purpose == p })
}
