package metrics

import (
	"testing"

	"assent/consent"

	"github.com/google/uuid"
)

func TestAuditRecordsAreCountedByKindOfPurposeAndAction(t *testing.T) {
	m := New()
	want(t, read(t, m), `assent_audit_records_total{action="withdrawn",purpose="third_party"} 0`,
		`assent_audit_records_total{action="entered",purpose="campaign"} 0`)
	text := consent.PreferenceID{UUID: uuid.New()}
	m.Committed(consent.Change{Records: []consent.Record{
		{Scope: consent.Scope{Purpose: consent.Email.Purpose()}, Action: consent.ActionGranted},
		{Scope: consent.Scope{Purpose: text.Purpose()}, Action: consent.ActionGranted},
		{Scope: consent.Scope{Purpose: consent.CampaignPurpose("42")}, Action: consent.ActionEntered},
	}})
	m.Committed(consent.Change{Records: []consent.Record{
		{Scope: consent.Scope{Purpose: text.Purpose()}, Action: consent.ActionWithdrawn},
	}})
	want(t, read(t, m), `assent_audit_records_total{action="granted",purpose="email"} 1`,
		`assent_audit_records_total{action="granted",purpose="preference"} 1`,
		`assent_audit_records_total{action="withdrawn",purpose="preference"} 1`,
		`assent_audit_records_total{action="entered",purpose="campaign"} 1`)
}
