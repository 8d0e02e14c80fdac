package consent_test

import (
	"testing"

	"assent/consent"
)

func TestServiceMembership(t *testing.T) {
	signsUp := func(t *testing.T, m *memory) {
		if _, err := m.service().SignUp(t.Context(), shop(), guest(t, mailbox(t, "anna@example.com"))); err != nil {
			t.Fatal(err)
		}
	}
	unsubscribes := func(t *testing.T, m *memory) {
		link := consent.UnsubscribeLink{
			Address: plainHasher{}.HashAddress(org, mailbox(t, "anna@example.com")), Site: shopID, Channel: consent.Email,
		}
		if _, err := m.service().Unsubscribe(t.Context(), link, nil, landing(t)); err != nil {
			t.Fatal(err)
		}
	}
	logsIn := func(t *testing.T, m *memory) {
		set(t, m, shop(), person(t), consent.Post, false)
	}
	for _, tt := range []struct {
		name   string
		before []func(*testing.T, *memory)
		want   consent.Membership
	}{
		{"an unknown address does not receive marketing", nil, "DOES_NOT_RECEIVE_MARKETING_MATERIAL"},
		{"a subscriber receives marketing", []func(*testing.T, *memory){signsUp}, "RECEIVES_MARKETING_MATERIAL"},
		{"a former subscriber does not", []func(*testing.T, *memory){signsUp, unsubscribes}, "DOES_NOT_RECEIVE_MARKETING_MATERIAL"},
		{"an account is a customer from its first mutation on", []func(*testing.T, *memory){logsIn}, "CUSTOMER_ALREADY_EXISTS"},
		{"a subscriber with an account is a customer", []func(*testing.T, *memory){signsUp, logsIn}, "CUSTOMER_ALREADY_EXISTS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(shop())
			for _, happens := range tt.before {
				happens(t, m)
			}
			if got, err := m.service().Membership(t.Context(), shop(), mailbox(t, "ANNA@example.com")); err != nil || got != tt.want {
				t.Errorf("it is %s, %v", got, err)
			}
			calls := m.calls
			got, err := m.service().Membership(t.Context(), neutral(shop()), mailbox(t, "anna@example.com"))
			if err != nil || got != consent.DoesNotReceive || m.calls != calls {
				t.Errorf("with neutral responses it is %s, %v, or takes longer", got, err)
			}
		})
	}
}
