package storetest

import (
	"testing"
	"time"

	"assent/consent"

	"github.com/google/uuid"
)

func newEvent() consent.Event {
	data, err := consent.NewAuditData(wording, "footer", "https://shop.example/")
	if err != nil {
		panic(err)
	}
	return consent.Event{
		ID: consent.NewEventID(), Actor: consent.Actor{Kind: consent.Visitor}, Data: data,
		Origin: consent.Origin{IP: "192.0.2.0", UserAgent: "Browser/1.0"},
	}
}

// choose sets the contact's answer for the e-mail channel.
func (s *shop) choose(c consent.Contact, value bool) consent.Decision {
	return s.chooseFor(c, consent.Email.Purpose(), value)
}

func (s *shop) chooseFor(c consent.Contact, p consent.Purpose, value bool) consent.Decision {
	cmd := consent.Choose{Event: newEvent(), Contact: c, Asked: consent.Asked{Purpose: p}, Value: value}
	return func(st consent.State, now time.Time) (consent.Change, error) { return cmd.Decide(s.site, st, now), nil }
}

// toggle sets the opposite of the answer it finds, so that a decision made on an
// outdated state shows as the same answer twice in a row.
func (s *shop) toggle(c consent.Contact) consent.Decision {
	ev := newEvent()
	return func(st consent.State, now time.Time) (consent.Change, error) {
		cmd := consent.Choose{Event: ev, Contact: c, Asked: consent.Asked{Purpose: consent.Email.Purpose()}}
		cmd.Value = !st.Has(s.site.ID, consent.Email.Purpose())
		return cmd.Decide(s.site, st, now), nil
	}
}

// signUp asks for the newsletter and n preference texts.
func (s *shop) signUp(c consent.Contact, n int) consent.Decision {
	cmd := consent.SignUp{Event: newEvent(), Contact: c, Channel: consent.Email}
	cmd.Purposes = []consent.Asked{{Purpose: consent.Email.Purpose()}}
	for range n {
		id := consent.PreferenceID{UUID: uuid.New()}
		cmd.Purposes = append(cmd.Purposes, consent.Asked{Purpose: id.Purpose(), Version: 1})
	}
	return func(st consent.State, now time.Time) (consent.Change, error) {
		ch, _ := cmd.Decide(s.site, st, now)
		return ch, nil
	}
}

func (s *shop) confirm(verification consent.EventID) consent.Decision {
	cmd := consent.Confirm{Event: newEvent(), Link: s.link(verification), Lifetime: time.Hour}
	return func(st consent.State, now time.Time) (consent.Change, error) {
		ch, _ := cmd.Decide(s.site, st, now)
		return ch, nil
	}
}

func (s *shop) reject(verification consent.EventID) consent.Decision {
	cmd := consent.Reject{Event: newEvent(), Link: s.link(verification), Silent: time.Minute}
	return func(st consent.State, now time.Time) (consent.Change, error) {
		ch, _ := cmd.Decide(s.site, st, now)
		return ch, nil
	}
}

func (s *shop) link(verification consent.EventID) consent.ConfirmLink {
	return consent.ConfirmLink{Site: s.site.ID, Verification: verification}
}

// enter enters the campaign and asks for the newsletter.
func (s *shop) enter(c consent.Contact) consent.Decision {
	cmd := consent.EnterCampaign{
		SignUp: consent.SignUp{
			Event: newEvent(), Contact: c, Channel: consent.Email,
			Purposes: []consent.Asked{{Purpose: consent.Email.Purpose()}},
		},
		Campaign: s.campaign, Name: "Ada Lovelace", Metadata: `{"size":"M"}`, OptIn: true,
	}
	return func(st consent.State, now time.Time) (consent.Change, error) {
		ch, _ := cmd.Decide(s.site, st, now)
		return ch, nil
	}
}

// everything writes to every table of a contact at once: a campaign entry with a
// double opt-in, an answer, an account and a link.
func (s *shop) everything(c consent.Contact) consent.Decision {
	enter := s.enter(c)
	link := consent.AccountLink{Site: s.site.ID, Account: s.anyone().ID}
	return func(st consent.State, now time.Time) (consent.Change, error) {
		ch, err := enter(st, now)
		post := consent.Scope{Site: s.site.ID, Purpose: consent.Post.Purpose()}
		ch.Records = append(ch.Records, consent.Record{Scope: post, Action: consent.ActionGranted})
		ch.Account = &consent.Account{Site: s.site.ID, Email: c.ID, HasAddress: true, Name: "Ada"}
		ch.Link = &link
		return ch, err
	}
}

// enterTwice is a decision with a fault: it enters the campaign whether or not
// the contact has entered it before, which the database refuses.
func (s *shop) enterTwice(c consent.Contact) consent.Decision {
	decide := s.everything(c)
	return func(st consent.State, now time.Time) (consent.Change, error) {
		return decide(consent.State{Contact: st.Contact}, now)
	}
}

// update commits a decision or ends the test.
func (s *shop) update(t testing.TB, id consent.ContactID, decide consent.Decision) {
	t.Helper()
	must(t, s.store.Update(t.Context(), id, decide))
}

// state is what a decision on the contact would see now.
func (s *shop) state(t testing.TB, id consent.ContactID) consent.State {
	t.Helper()
	var seen consent.State
	s.update(t, id, func(st consent.State, _ time.Time) (consent.Change, error) {
		seen = st
		return consent.Change{}, nil
	})
	return seen
}
