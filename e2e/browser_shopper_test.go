package e2e

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// shopper is somebody with a browser, an address, and a shop that asks for
// confirmation.
type shopper struct {
	*browser
	site  string
	email string
	words words
}

// words are what a shopper reads in mails and on the pages behind their links.
type words struct {
	language                                                          string
	text                                                              string // of a preference
	confirm, confirmButton, confirmed, alreadyConfirmed               string
	welcome                                                           string // subject of a mail
	unsubscribe, unsubscribeButton, unsubscribed, alreadyUnsubscribed string
	expired                                                           string
}

// signsUp uses the form at the foot of the shop and ticks a preference text.
func (b *shopper) signsUp() {
	b.t.Helper()
	p := b.open("/demo?site="+b.site, http.StatusOK)
	defer p.close()
	p.audit("the shop")
	b.picture(p, "demo")
	p.clicks(field("newsletter-footer", b.words.text))
	p.types(field("newsletter-footer", "E-mail address"), b.email)
	p.clicks(button("Sign up"))
	p.reads("Almost done")
	p.audit("the shop with its answer")
	b.picture(p, "newsletter")
	p.follows(anchor("Open the development inbox"))
	p.titled("Development inbox")
}

// confirms opens the mail, presses its button and then that of the page.
func (b *shopper) confirms() {
	b.t.Helper()
	inbox := b.inbox()
	defer inbox.close()
	inbox.audit("the inbox")
	b.picture(inbox, "inbox")
	before := b.tables(b.t)
	p := inbox.followsOut(inbox.frame(), anchor(b.words.confirmButton))
	defer p.close()
	p.titled(b.words.confirm)
	b.speaks(p)
	p.audit("the confirm page")
	b.wantUnchanged(b.t, before)
	b.picture(p, "confirm")
	second := b.open(p.address(), http.StatusOK)
	p.follows(button(b.words.confirmButton))
	p.titled(b.words.confirmed)
	p.audit("the confirmed page")
	b.picture(p, "confirmed")
	b.pressesAgain(second, b.words.confirmButton, b.words.alreadyConfirmed)
}

// unsubscribes follows the link in the plain text of the mail that welcomes.
func (b *shopper) unsubscribes() {
	b.t.Helper()
	inbox := b.inbox()
	defer inbox.close()
	inbox.reads(b.words.welcome)
	inbox.follows(anchor("text"))
	inbox.audit("the inbox with a plain text")
	before := b.tables(b.t)
	p := inbox.followsOut(inbox, `//a[contains(@href, "`+unsubscribePage+`?")]`)
	defer p.close()
	p.titled(b.words.unsubscribe)
	b.speaks(p)
	p.audit("the unsubscribe page")
	b.wantUnchanged(b.t, before)
	b.picture(p, "unsubscribe")
	second := b.open(p.address(), http.StatusOK)
	p.follows(button(b.words.unsubscribeButton))
	p.titled(b.words.unsubscribed)
	p.audit("the unsubscribed page")
	b.picture(p, "unsubscribed")
	b.pressesAgain(second, b.words.unsubscribeButton, b.words.alreadyUnsubscribed)
}

// pressesAgain presses a button that has done its work, on a page that still
// shows it, and then opens the page anew.
func (b *shopper) pressesAgain(p *tab, what, heading string) {
	b.t.Helper()
	defer p.close()
	before, address := b.tables(b.t), p.address()
	p.follows(button(what))
	p.titled(heading)
	p.audit(heading)
	p.goes(address, http.StatusOK)
	p.titled(heading)
	b.wantUnchanged(b.t, before)
}

// comesTooLate opens a link that an unsubscribe has outdated.
func (b *shopper) comesTooLate(link string) {
	b.t.Helper()
	p := b.open(link, http.StatusGone)
	defer p.close()
	p.titled(b.words.expired)
	b.speaks(p)
	p.audit("the page of a link that has expired")
}

// inbox is the shopper's, with the newest mail open.
func (b *shopper) inbox() *tab {
	b.t.Helper()
	return b.open("/dev/inbox?to="+url.QueryEscape(b.email), http.StatusOK)
}

// newest is the newest mail to the shopper.
func (b *shopper) newest() letter {
	b.t.Helper()
	letters := b.lettersTo(b.t, b.email)
	if len(letters) == 0 {
		b.t.Fatal("no mail has come")
	}
	return letters[0]
}

// readsMail opens the newest mail as mail programs show it.
func (b *shopper) readsMail() {
	b.t.Helper()
	l, p := b.newest(), b.tab()
	defer p.close()
	p.looks(desktop, light)
	p.run("opening a mail", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: cdp.FrameID(t.TargetID), HTML: l.HTML})
		return err
	}))
	b.speaks(p)
	p.audit("a mail", "landmark-one-main", "region") // mail programs show it in a page of theirs
	b.picture(p, "mail")
}

// isScanned opens a link as programs do that look through mail.
func (b *shopper) isScanned(link string) {
	b.t.Helper()
	before := b.tables(b.t)
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		got := b.visitor(b.t).at("").do(method, strings.TrimPrefix(link, b.url), "")
		if got.status != http.StatusOK {
			b.t.Errorf("%s of a link is answered with %d", method, got.status)
		}
	}
	b.wantUnchanged(b.t, before)
}

// speaks wants a page in the shopper's language.
func (b *shopper) speaks(p *tab) {
	b.t.Helper()
	if got := ask[string](p, "asking for the language", `document.documentElement.lang`); got != b.words.language {
		b.t.Errorf("the page is in %q, want %q", got, b.words.language)
	}
}

// picture is for the documentation, which is in English.
func (b *shopper) picture(p *tab, name string) {
	b.t.Helper()
	if b.words.language == "en" {
		p.picture(name, desktop, light)
	}
}
