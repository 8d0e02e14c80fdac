package consent_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"assent/consent"
)

// operation is a command to a service whose store may fail.
type operation func(ctx context.Context, s *consent.Service) (answer string, err error)

func operations(t *testing.T) map[string]operation {
	annas, person := mailbox(t, "anna@example.com"), person(t)
	moved := person
	moved.Email, moved.Phone = mailbox(t, "anna.new@example.com"), phone(t, "07400 123457")
	number := guest(t, person.Phone)
	number.LinkTo = annas
	link := consent.ConfirmLink{Address: plainHasher{}.HashAddress(org, annas), Site: shopID, Verification: link(1)}
	return map[string]operation{
		"sign-up": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.SignUp(ctx, outlet(), guest(t, annas, news))
			return string(answer), err
		},
		"sign-up of a number": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.SignUp(ctx, shop(), number)
			return string(answer), err
		},
		"entry": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.EnterCampaign(ctx, shop(), entry(t, "summer", "Anna"))
			return string(answer), err
		},
		"confirmation": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.Confirm(ctx, link, nil, landing(t))
			return string(answer), err
		},
		"unsubscribe": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.Unsubscribe(ctx, consent.UnsubscribeLink{Address: link.Address, Site: shopID, Channel: consent.Email}, nil, landing(t))
			return string(answer), err
		},
		"unsubscribe of a number": func(ctx context.Context, s *consent.Service) (string, error) {
			err := s.UnsubscribeSMS(ctx, shop(), person.Phone, form(t))
			return "true", err
		},
		"membership": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.Membership(ctx, shop(), annas)
			return string(answer), err
		},
		"choice": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.SetChannel(ctx, shop(), person, consent.Email, true, form(t))
			return string(answer), err
		},
		"choice after a change of address": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.SetChannel(ctx, shop(), moved, consent.SMS, true, form(t))
			return string(answer), err
		},
		"choice on a text": func(ctx context.Context, s *consent.Service) (string, error) {
			answer, err := s.SetPreference(ctx, shop(), person, news, true, form(t))
			return string(answer), err
		},
		"account of the back office": func(ctx context.Context, s *consent.Service) (string, error) {
			return "", s.KeepAccount(ctx, shop(), moved, editor)
		},
	}
}

// peopled is a memory with a customer and a pending sign-up.
func peopled(t *testing.T) *memory {
	m := newMemory(shop(), outlet())
	m.campaigns["summer"] = consent.Campaign{ID: "summer", Site: shopID}
	set(t, m, shop(), person(t), consent.ThirdParty, false)
	id := m.of(person(t).Email).Contact.ID
	st := m.states[id]
	pending(1, 0, email)(&st)
	m.states[id] = st
	m.calls = 0
	return m
}

// A storage failure is never reported as success, and trying again afterwards
// comes to the same end as if nothing had failed.
func TestStorageFailure(t *testing.T) {
	for name, op := range operations(t) {
		t.Run(name, func(t *testing.T) {
			undisturbed := peopled(t)
			want, err := op(t.Context(), undisturbed.service())
			if err != nil {
				t.Fatal(err)
			}
			for failing := 1; failing <= undisturbed.calls; failing++ {
				m := peopled(t)
				m.failing = failing
				answer, err := op(t.Context(), m.service())
				if !errors.Is(err, errStorage) {
					t.Errorf("when call %d fails, the error is %v", failing, err)
				}
				if answer == "OK" {
					t.Errorf("when call %d fails, the answer is OK", failing)
				}
				if again, err := op(t.Context(), m.service()); err != nil || again != want {
					t.Errorf("after call %d failed, trying again gives %s, %v, not %s", failing, again, err, want)
				}
				if got, want := outline(m), outline(undisturbed); !slices.Equal(got, want) {
					t.Errorf("after call %d failed, trying again ends with\n\t%q, not\n\t%q", failing, got, want)
				}
			}
		})
	}
}

func TestServicePassesTheEndOfTheRequestOn(t *testing.T) {
	for name, op := range operations(t) {
		m := peopled(t)
		m.failing, m.failure = 1, context.DeadlineExceeded
		if _, err := op(t.Context(), m.service()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// outline lists what a memory holds, without the identifiers of events.
func outline(m *memory) []string {
	var lines []string
	for id, st := range m.states {
		lines = append(lines, fmt.Sprintf("%s %s linked to %s, accounts %v", id, st.Contact.Kind, st.Contact.LinkedTo, st.Links))
		if st.Account != nil {
			lines = append(lines, fmt.Sprintf("%s account %+v", id, *st.Account))
		}
		for scope, c := range st.Consents {
			lines = append(lines, fmt.Sprintf("%s %s of %s at %s", id, c.Status, scope.Purpose, scope.Site))
		}
		for _, key := range slices.Collect(maps.Keys(st.Entries)) {
			lines = append(lines, fmt.Sprintf("%s entered %s", id, key.Campaign))
		}
	}
	slices.Sort(lines)
	return lines
}
