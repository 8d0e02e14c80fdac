package consent_test

import (
	"testing"

	"assent/consent"
)

func TestMaskedAddressesAreRecognisedByTheirOwnersOnly(t *testing.T) {
	for _, tt := range []struct {
		kind          consent.Kind
		address, want string
	}{
		{consent.EmailContact, "anna.smith@example.com", "a•••@e•••.com"},
		{consent.EmailContact, "Ünal@bücher.example", "Ü•••@b•••.example"},
		{consent.EmailContact, "a@x.co.uk", "•••@x•••.uk"},
		{consent.EmailContact, "", ""},
		{consent.PhoneContact, "+447400123456", "••• 456"},
		{consent.PhoneContact, "", ""},
		{consent.CustomerContact, "", ""},
	} {
		if got := (consent.Contact{Kind: tt.kind, Address: tt.address}).Masked(); got != tt.want {
			t.Errorf("%s is shown as %q, want %q", tt.address, got, tt.want)
		}
	}
}
