package consent_test

import (
	"encoding/json"
	"strings"
	"testing"

	"assent/consent"
)

const editor consent.Editor = "0198c0de-0000-7000-8000-000000000001"

// wantEdit compares an admin record, and makes sure that it tells nothing of Anna.
func wantEdit(t *testing.T, got consent.AdminRecord, action consent.EditAction, subject, before, after string) {
	t.Helper()
	if got.Editor != editor || got.Organisation != org || got.Action != action || got.Subject != subject || got.SubjectID == "" {
		t.Errorf("the record is %+v; want %s of %s by %s", got, action, subject, editor)
	}
	for _, is := range []struct {
		value any
		want  string
	}{{got.Before, before}, {got.After, after}} {
		text, err := json.Marshal(is.value)
		if err != nil || string(text) != is.want {
			t.Errorf("it describes %s, %v\nwant %s", text, err, is.want)
		}
	}
	all, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, personal := range []string{"nna", "example.com", "7400", `"42"`} {
		if strings.Contains(string(all), personal) {
			t.Errorf("it holds %s: %s", personal, all)
		}
	}
}

func keep(t *testing.T, m *memory, p consent.Person) {
	t.Helper()
	if err := m.service().KeepAccount(t.Context(), shop(), p, editor); err != nil {
		t.Fatal(err)
	}
}

func TestTheBackOfficeLeavesARecordOfTheAccountsItChanges(t *testing.T) {
	m := newMemory()
	id := func(a consent.Address) string { return m.service().ContactID(org, a).String() }
	full := `{"site_id":"` + shopID.String() + `","email_contact_id":"` + id(person(t).Email) + `","phone_contact_id":"` + id(person(t).Phone) +
		`","has_address":true,"has_name":true}`
	bare := `{"site_id":"` + shopID.String() + `","has_address":false,"has_name":false}`

	keep(t, m, person(t))
	keep(t, m, person(t)) // says nothing new
	keep(t, m, consent.Person{ID: "42"})
	if len(m.edits) != 2 {
		t.Fatalf("it leaves %d records", len(m.edits))
	}
	wantEdit(t, m.edits[0], consent.Created, "account", "null", full)
	wantEdit(t, m.edits[1], consent.Updated, "account", full, bare)
	if account := id(consent.CustomerAddress(shopID, "42")); m.edits[0].SubjectID != account || m.edits[1].SubjectID != account {
		t.Errorf("the records are about %s and %s, not %s", m.edits[0].SubjectID, m.edits[1].SubjectID, account)
	}
	if len(m.records) > 0 {
		t.Errorf("it records %+v, though nobody was asked for consent", m.records)
	}
}

func TestKeepingWhatIsKnownWritesNothing(t *testing.T) {
	m := newMemory()
	keep(t, m, person(t))
	m.steps = nil
	keep(t, m, person(t))
	if len(m.steps) > 0 {
		t.Errorf("it writes %q", m.steps)
	}
}

func TestALoginLeavesNoRecordInTheBackOffice(t *testing.T) {
	m := newMemory()
	set(t, m, shop(), consent.Person{ID: "42"}, consent.Email, false)
	set(t, m, shop(), person(t), consent.Email, true)
	setText(t, m, person(t), news, true)
	if len(m.edits) > 0 {
		t.Errorf("it leaves %+v", m.edits)
	}
}

func TestTheBackOfficeLeavesARecordOfTheAnswersItPutsDown(t *testing.T) {
	m := newMemory()
	keep(t, m, person(t))
	m.edits, m.events = nil, nil
	staff := consent.Actor{Kind: consent.BackOffice, ID: string(editor)}
	for _, value := range []bool{true, true, false} {
		request := form(t)
		request.Actor = staff
		if _, err := m.service().SetPreference(t.Context(), shop(), consent.Person{ID: "42"}, news, value, request); err != nil {
			t.Fatal(err)
		}
	}
	described := func(granted string) string {
		return `{"site_id":"` + shopID.String() + `","purpose":"` + string(news.Purpose()) + `","granted":` + granted + `}`
	}
	if len(m.edits) != 3 || len(m.records) != 3 {
		t.Fatalf("it leaves %d and %d records", len(m.edits), len(m.records))
	}
	wantEdit(t, m.edits[0], consent.Created, "consent", "null", described("true"))
	wantEdit(t, m.edits[1], consent.Updated, "consent", described("true"), described("true"))
	wantEdit(t, m.edits[2], consent.Updated, "consent", described("true"), described("false"))
	for i, ev := range m.events {
		if ev.Actor != staff || ev.Data.MessageShown() != "Tell me more" || m.edits[i].SubjectID != m.of(person(t).Email).Contact.ID.String() {
			t.Errorf("answer %d is put down as %+v about %s", i+1, ev, m.edits[i].SubjectID)
		}
	}
	if got := choices(t, m, shop(), person(t)).Preference(news).Status; got != consent.Withdrawn {
		t.Errorf("the customer sees %q", got)
	}
}
