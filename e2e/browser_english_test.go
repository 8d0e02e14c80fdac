package e2e

import (
	"context"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

func english() words {
	return words{
		language: "en", text: "special offers",
		confirm: "Please confirm your sign-up", confirmButton: "Confirm sign-up",
		confirmed: "Sign-up confirmed", alreadyConfirmed: "Sign-up already confirmed",
		welcome:     "You are signed up with Tamblewick Tea",
		unsubscribe: "Do you want to unsubscribe?", unsubscribeButton: "Unsubscribe",
		unsubscribed: "You are unsubscribed", alreadyUnsubscribed: "You are already unsubscribed",
		expired: "This link has expired",
	}
}

// TestBrowserEnglish is the demo shop as its two-minute tour tells it. Ann is
// the customer of its account page.
func TestBrowserEnglish(t *testing.T) {
	t.Parallel()
	b := browse(t, "en-GB")
	defer b.close(t)
	ann := &shopper{browser: b, site: double, email: "ann@example.com", words: english()}

	ann.signsUp()
	link := ann.newest().link(t, confirmPage).page
	ann.isScanned(link)
	ann.isScanned(ann.newest().link(t, unsubscribePage).page)
	ann.readsMail()
	ann.readsOnPhone(link)
	ann.wantsOn(false, false)

	ann.confirms()
	ann.wantsOn(true, true)
	ann.choosesTextMessages()
	ann.unsubscribes()
	ann.wantsOn(false, false)
	ann.comesTooLate(link)

	joan := &shopper{browser: b, site: double, email: "joan@example.com", words: english()}
	joan.entersDraw()
	joan.rejects()
}

// readsOnPhone opens a link at night.
func (b *shopper) readsOnPhone(link string) {
	b.t.Helper()
	p := b.open(link, http.StatusOK)
	defer p.close()
	p.titled(b.words.confirm)
	p.picture("confirm-dark-mobile", phone, dark)
}

// account is the shopper's account page, ready to use.
func (b *shopper) account() *tab {
	b.t.Helper()
	p := b.open("/demo/account?site="+b.site, http.StatusOK)
	p.run("waiting for the switches", chromedp.WaitVisible(channelSwitch("EMAIL")))
	return p
}

func channelSwitch(channel string) string { return `//li[@data-type="` + channel + `"]//input` }

// wantsOn looks at the account: the switch for e-mail, and that of the first
// preference text.
func (b *shopper) wantsOn(email, offers bool) {
	b.t.Helper()
	p := b.account()
	defer p.close()
	if p.isOn(channelSwitch("EMAIL")) != email {
		b.t.Errorf("the account's switch for e-mail is %t, want %t", !email, email)
	}
	if p.isOn(field("account-preferences", b.words.text)) != offers {
		b.t.Errorf("the account's switch for special offers is %t, want %t", !offers, offers)
	}
}

func (p *tab) isOn(what string) (on bool) {
	p.t.Helper()
	p.do("looking at a switch", func(ctx context.Context) (err error) {
		on, err = chromedp.Run(ctx, chromedp.JavascriptAttribute[bool](what, "checked"))
		return err
	})
	return on
}

// choosesTextMessages turns a switch of the account on: the page says so, and so
// does the server when the page is loaded anew.
func (b *shopper) choosesTextMessages() {
	b.t.Helper()
	p := b.account()
	defer p.close()
	p.clicks(channelSwitch("SMS"))
	p.reads("Saved: that is on now.")
	p.audit("the account")
	p.picture("account", screen{1280, 1100}, light)
	p.goes(p.address(), http.StatusOK)
	p.run("waiting for the switches", chromedp.WaitVisible(channelSwitch("SMS")))
	if !p.isOn(channelSwitch("SMS")) {
		b.t.Error("the switch for text messages is off again after the page was loaded anew")
	}
}

// entersDraw enters the prize draw and ticks the box for the newsletter.
func (b *shopper) entersDraw() {
	b.t.Helper()
	p := b.open("/demo/prize-draw?site="+b.site, http.StatusOK)
	defer p.close()
	p.types(field("prize-draw", "Your name"), "Joan")
	p.types(field("prize-draw", "E-mail address"), b.email)
	p.clicks(field("prize-draw", "may also send me news"))
	p.clicks(button("Enter the draw"))
	p.reads("You are in the draw.")
	p.audit("the prize draw")
	b.picture(p, "prize-draw")
}

// rejects says "that wasn't me" to the mail.
func (b *shopper) rejects() {
	b.t.Helper()
	inbox := b.inbox()
	defer inbox.close()
	before := b.tables(b.t)
	p := inbox.followsOut(inbox.frame(), anchor("That wasn’t me"))
	defer p.close()
	p.titled("Wasn’t that you?")
	p.audit("the reject page")
	b.wantUnchanged(b.t, before)
	b.picture(p, "reject")
	b.isScanned(p.address())
	second := b.open(p.address(), http.StatusOK)
	p.follows(button("That wasn’t me"))
	p.titled("Request cancelled")
	p.audit("the rejected page")
	b.pressesAgain(second, "That wasn’t me", "Request already cancelled")
}
