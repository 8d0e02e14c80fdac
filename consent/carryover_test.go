package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func TestCarryOver(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour // the backup is a day old
	backup := noon.Add(-day)
	for _, tt := range []struct {
		name        string
		there, here consent.State // there: in the database that was replaced
		writes      writes
	}{
		{"what was withdrawn since the backup is withdrawn again",
			state(anna, withdrawn(email, hour), withdrawn(news.Purpose(), hour)),
			state(anna, granted(email, 2*day), granted(news.Purpose(), 2*day)), writes{"WITHDRAWN EMAIL", "WITHDRAWN news v3"}},
		{"a withdrawal at the moment of the backup counts", state(anna, withdrawn(email, day)), state(anna, granted(email, 2*day)), writes{"WITHDRAWN EMAIL"}},
		{"a withdrawal from before is not repeated", state(anna, withdrawn(email, 2*day)), state(anna, granted(email, 3*day)), nil},
		{"what is withdrawn here already is left alone", state(anna, withdrawn(email, hour)), state(anna, withdrawn(email, 2*day)), nil},
		{"doing it again changes nothing", state(anna, withdrawn(email, hour)), state(anna, withdrawn(email, 0)), nil},
		{"who has subscribed here since stays subscribed", state(anna, withdrawn(email, hour)), state(anna, granted(email, time.Minute)), nil},
		{"at equal times the withdrawal wins", state(anna, withdrawn(email, hour)), state(anna, granted(email, hour)), writes{"WITHDRAWN EMAIL"}},
		{"a consent given since the backup is not carried over", state(anna, granted(email, hour)), state(anna), nil},
		{"somebody the backup does not know is on record as having refused", state(anna, withdrawn(email, hour)), unknown(anna), writes{"WITHDRAWN EMAIL"}},
		{"a request that was cancelled there is cancelled here",
			state(anna, withdrawn(email, hour), asked(1, consent.Cancelled, 2*day, email)),
			state(anna, pending(1, 2*day, email), pending(2, time.Minute, email)), writes{"WITHDRAWN EMAIL", "CANCELLED 1"}},
		{"\"that wasn't me\" cancels the request and suppresses the address",
			state(anna, asked(1, consent.Cancelled, 2*day, email), suppressed(consent.Rejected, noon.Add(day))),
			state(anna, pending(1, 2*day, email)), writes{"CANCELLED 1", "suppress REJECTED"}},
		{"an address that complained since is not written to", state(anna, suppressed(consent.Complained, time.Time{})), state(anna), writes{"suppress COMPLAINED"}},
		{"also one that the backup does not know", state(anna, suppressed(consent.OptedOut, time.Time{})), unknown(anna), writes{"suppress OPTED_OUT"}},
		{"a suppression that ends does not replace one that does not",
			state(anna, suppressed(consent.Rejected, noon.Add(day))), state(anna, suppressed(consent.Bounced, time.Time{})), nil},
		{"one that does not end replaces one that does",
			state(anna, suppressed(consent.Bounced, time.Time{})), state(anna, suppressed(consent.Rejected, noon.Add(day))), writes{"suppress BOUNCED"}},
		{"of two that end, the one that ends later stands",
			state(anna, suppressed(consent.Rejected, noon.Add(90*day))), state(anna, suppressed(consent.Rejected, noon.Add(day))), writes{"suppress REJECTED"}},
		{"one that ends sooner shortens nothing",
			state(anna, suppressed(consent.Rejected, noon.Add(day))), state(anna, suppressed(consent.Rejected, noon.Add(90*day))), nil},
		{"one that has ended is not carried over", state(anna, suppressed(consent.Rejected, noon.Add(-time.Minute))), state(anna), nil},
		{"the other sites' consents are theirs",
			state(anna, withdrawn(email, hour)),
			state(anna, granted(email, 2*day), answered(outletID, email, consent.Granted, 2*day)), writes{"WITHDRAWN EMAIL"}},
		{"a site that the backup does not know is passed over", state(anna, answered(elsewhereID, email, consent.Withdrawn, hour)), state(anna), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := consent.CarryOver{Event: consent.Event{ID: asking}, Other: tt.there, Since: backup}
			sites := map[consent.SiteID]consent.Site{shopID: shop(), outletID: outlet()}
			ch := cmd.Decide(sites, tt.here, noon)
			assertWrites(t, tt.here, ch, tt.writes...)
			if len(tt.writes) > 0 && !tt.there.MayHaveEnded(backup) {
				t.Error("it would be passed over")
			}
			if !ch.IsEmpty() && ch.Contact.Address != anna.Address {
				t.Errorf("the address is %q", ch.Contact.Address)
			}
			if again := cmd.Decide(sites, tt.here.After(ch, noon), noon); !again.IsEmpty() {
				t.Errorf("once more, it writes %q", describe(tt.here, again))
			}
		})
	}
}

// elsewhereID is a site that nobody else here knows.
var elsewhereID = consent.SiteID{UUID: numbered(0x2f)}
