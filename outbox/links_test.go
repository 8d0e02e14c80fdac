package outbox_test

import (
	"html"
	"slices"
	"strings"
	"testing"

	"assent/consent"
	"assent/outbox"
)

// linkTo finds the one link of a text whose URL has the prefix.
func linkTo(t testing.TB, text, prefix string) string {
	t.Helper()
	links := slices.DeleteFunc(found(text), func(l string) bool { return !strings.HasPrefix(l, prefix) })
	slices.Sort(links)
	if links = slices.Compact(links); len(links) != 1 {
		t.Fatalf("links to %s: %q", prefix, links)
	}
	return links[0]
}

func unsubscribeLink(t testing.TB, l outbox.Letter) string {
	t.Helper()
	return linkTo(t, l.Text, "https://consent.example/unsubscribe?")
}

func TestWhereTheLinksOfAMessageLead(t *testing.T) {
	const ours = "https://consent.example/"
	tests := map[consent.MessageKind][]string{
		consent.ConfirmMessage:           {ours + "marketing/confirm?", ours + "marketing/reject?", ours + "unsubscribe?"},
		consent.WelcomeMessage:           {ours + "unsubscribe?"},
		consent.AlreadySubscribedMessage: {ours + "unsubscribe?"},
		consent.AlreadyEnteredMessage:    {ours + "unsubscribe?"},
	}
	for kind, want := range tests {
		t.Run(string(kind), func(t *testing.T) {
			letter := compose(t, shop(), outgoing(kind))
			for _, prefix := range want {
				link := linkTo(t, letter.Text, prefix)
				if !strings.Contains(letter.HTML, html.EscapeString(link)) {
					t.Errorf("the HTML lacks %s", link)
				}
			}
			if got := found(letter.Text); len(got) != len(want) {
				t.Errorf("the links are %q", got)
			}
		})
	}
}

func TestTheLinksOfAMessageAreForItsAddressAndSite(t *testing.T) {
	k := keys(t)
	address, err := consent.ParseEmail("email", "anna@example.com")
	if err != nil {
		t.Fatal(err)
	}
	hash := k.HashAddress(shop().OrganisationID, address)
	letter := compose(t, shop(), outgoing(consent.ConfirmMessage))
	verify := consent.ConfirmLink{Address: hash, Site: shop().ID, Verification: verification}

	confirm := parsed(t, linkTo(t, letter.Text, "https://consent.example/marketing/confirm")).Query()
	if got, ok := k.ParseConfirm(confirm.Get("uuid"), confirm.Get("email")); !ok || got != verify {
		t.Errorf("the confirmation is for %+v %v", got, ok)
	}
	reject := parsed(t, linkTo(t, letter.Text, "https://consent.example/marketing/reject")).Query()
	if got, ok := k.ParseReject(reject.Get("uuid"), reject.Get("email")); !ok || got != verify {
		t.Errorf("the rejection is for %+v %v", got, ok)
	}
	leave := parsed(t, unsubscribeLink(t, letter)).Query()
	want := consent.UnsubscribeLink{Address: hash, Site: shop().ID, Channel: consent.Email}
	if got, ok := k.ParseUnsubscribe(leave.Get("uuid"), leave.Get("email")); !ok || got != want {
		t.Errorf("the unsubscription is for %+v %v", got, ok)
	}
	if strings.Contains(strings.ToLower(confirm.Encode()), "anna") {
		t.Errorf("the link holds the address: %s", confirm.Encode())
	}
}

func TestTheLinksOfATextMessageAreForTheNumber(t *testing.T) {
	k := keys(t)
	number, err := consent.ParsePhone("phone", "+447400123456", "GB")
	if err != nil {
		t.Fatal(err)
	}
	hash := k.HashAddress(shop().OrganisationID, number)
	letter := compose(t, shop(), texted())

	leave := parsed(t, unsubscribeLink(t, letter)).Query()
	want := consent.UnsubscribeLink{Address: hash, Site: shop().ID, Channel: consent.SMS}
	if got, ok := k.ParseUnsubscribe(leave.Get("uuid"), leave.Get("email")); !ok || got != want {
		t.Errorf("the unsubscription is for %+v %v", got, ok)
	}
	confirm := parsed(t, linkTo(t, letter.Text, "https://consent.example/marketing/confirm")).Query()
	verify := consent.ConfirmLink{Address: hash, Site: shop().ID, Verification: verification}
	if got, ok := k.ParseConfirm(confirm.Get("uuid"), confirm.Get("email")); !ok || got != verify {
		t.Errorf("the confirmation is for %+v %v", got, ok)
	}
}

func TestTheLinksOfAMessageAreTheSameAtEveryAttempt(t *testing.T) {
	if first, second := compose(t, shop(), outgoing(consent.ConfirmMessage)), compose(t, shop(), outgoing(consent.ConfirmMessage)); first.Text != second.Text {
		t.Error("a message that is sent again differs from the first")
	}
}

func TestASiteCanLeadToItsOwnPages(t *testing.T) {
	letter := compose(t, storefront(), outgoing(consent.ConfirmMessage))
	confirm := parsed(t, linkTo(t, letter.Text, "https://shop.example/confirm?"))
	query := confirm.Query()
	if query.Get("lang") != "en" || len(query["email"]) != 1 || len(query["uuid"]) != 1 {
		t.Errorf("the page is asked for %s", confirm.RawQuery)
	}
	if _, ok := keys(t).ParseConfirm(query.Get("uuid"), query.Get("email")); !ok {
		t.Error("its link does not confirm")
	}
	leave := parsed(t, linkTo(t, letter.Text, "https://shop.example/account?"))
	if _, ok := keys(t).ParseUnsubscribe(leave.Query().Get("uuid"), leave.Query().Get("email")); !ok || leave.Fragment != "/unsubscribe" {
		t.Errorf("the page to unsubscribe is %s", leave)
	}
	linkTo(t, letter.Text, "https://consent.example/marketing/reject?") // there is no setting for it
}

// A mail client posts to the link of the header and shows no page. Only ours
// answers that (RFC 8058).
func TestOneClickAlwaysLeadsToUs(t *testing.T) {
	header := compose(t, storefront(), outgoing(consent.WelcomeMessage)).Headers["List-Unsubscribe"]
	if !strings.HasPrefix(header, "<https://consent.example/unsubscribe?") {
		t.Errorf("a mail client posts to %s", header)
	}
}

func TestATextMessageLeadsToTheSitesOwnPages(t *testing.T) {
	letter := compose(t, storefront(), texted())
	linkTo(t, letter.Text, "https://shop.example/confirm?")
	linkTo(t, letter.Text, "https://shop.example/account?")
}

func TestThePublicURLMayHaveAPath(t *testing.T) {
	for _, publicURL := range []string{"https://shop.example/consent", "https://shop.example/consent/"} {
		letter, err := composer(t, shop(), publicURL).Compose(t.Context(), outgoing(consent.ConfirmMessage))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"marketing/confirm", "marketing/reject", "unsubscribe"} {
			linkTo(t, letter.Text, "https://shop.example/consent/"+path+"?")
		}
	}
}
