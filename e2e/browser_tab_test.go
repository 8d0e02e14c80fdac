package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// step is something that is done in a tab and has no answer.
type step = chromedp.Action[chromedp.Void]

// tab is one tab of a browser, together with what went wrong in it.
type tab struct {
	t       *testing.T
	browser *browser
	ctx     context.Context
	close   func() // each tab takes a process and its memory
	console *console
}

// open opens a page of the shop in a new tab and wants the status.
func (b *browser) open(url string, status int) *tab {
	b.t.Helper()
	p := b.tab()
	p.looks(desktop, light)
	p.goes(url, status)
	return p
}

// tab is an empty one, unless the options name one that is there.
func (b *browser) tab(options ...chromedp.ContextOption) *tab {
	b.t.Helper()
	p := &tab{t: b.t, browser: b, console: &console{origin: b.url + "/"}}
	p.ctx, p.close = chromedp.NewContext(b.ctx, append(options, chromedp.WithListener(p.console.hear))...)
	if err := chromedp.Do(p.ctx); err != nil { // not under a deadline, which would close the tab
		b.t.Fatalf("opening a tab: %v", err)
	}
	return p
}

// do does something within the time there is for it.
func (p *tab) do(doing string, f func(ctx context.Context) error) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if err := f(ctx); err != nil {
		p.t.Fatalf("%s: %v\nThe page says:\n%s\nIts console says: %q", doing, err, p.text(), p.console.said())
	}
}

func (p *tab) run(doing string, steps ...step) {
	p.t.Helper()
	p.do(doing, func(ctx context.Context) error { return chromedp.Do(ctx, steps...) })
}

// ask is the value of a JavaScript expression, promised or not.
func ask[T any](p *tab, doing, expression string) (value T) {
	p.t.Helper()
	p.do(doing, func(ctx context.Context) (err error) {
		value, err = chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
		return err
	})
	return value
}

// text is what a person reads on the page, for messages about it.
func (p *tab) text() string {
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// loads wants that the step leads to another page, with the status.
func (p *tab) loads(doing string, status int, s step) {
	p.t.Helper()
	p.do(doing, func(ctx context.Context) error {
		response, err := chromedp.RunResponse(ctx, s)
		if err == nil && (response == nil || response.Status != int64(status)) {
			err = fmt.Errorf("status %d, want %d", statusOf(response), status)
		}
		return err
	})
}

func statusOf(response *network.Response) int64 {
	if response == nil {
		return 0
	}
	return response.Status
}

// goes goes to a page, by its path or its whole address.
func (p *tab) goes(url string, status int) {
	p.t.Helper()
	if strings.HasPrefix(url, "/") {
		url = p.browser.url + url
	}
	p.loads("opening a page", status, chromedp.Navigate(url))
}

// clicks clicks what the XPath finds first, once a person could.
func (p *tab) clicks(what string) {
	p.t.Helper()
	p.run("clicking "+what, chromedp.Click(what, chromedp.NodeVisible))
}

// follows clicks what leads to another page in this tab.
func (p *tab) follows(what string) {
	p.t.Helper()
	p.loads("following "+what, http.StatusOK, chromedp.Click(what, chromedp.NodeVisible))
}

// followsOut clicks, perhaps in a frame of this tab, what opens another tab.
func (p *tab) followsOut(in *tab, what string) *tab {
	p.t.Helper()
	opened := chromedp.WaitNewTarget(p.ctx, func(i *target.Info) bool { return strings.HasPrefix(i.URL, p.browser.url) })
	in.clicks(what)
	var id target.ID
	p.do("waiting for the new tab of "+what, func(ctx context.Context) error {
		select {
		case id = <-opened:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	out := p.browser.tab(chromedp.WithTargetID(id))
	out.looks(desktop, light)
	return out
}

func (p *tab) types(field, text string) {
	p.t.Helper()
	p.run("typing into "+field, chromedp.SendKeys(field, text, chromedp.NodeVisible))
}

// address is that of the page.
func (p *tab) address() string {
	p.t.Helper()
	return ask[string](p, "asking for the address", `location.href`)
}

// reads waits for something to read on the page.
func (p *tab) reads(text string) {
	p.t.Helper()
	p.run("waiting for "+text, chromedp.WaitVisible(fmt.Sprintf(`//body//*[text()[contains(., %q)]]`, text)))
}

// titled waits for the page's heading.
func (p *tab) titled(heading string) {
	p.t.Helper()
	p.run("waiting for the heading "+heading, chromedp.WaitVisible(fmt.Sprintf(`//h1[normalize-space()=%q]`, heading)))
}

// How the things on a page are found: as a person does, by what is written on
// them.
func button(text string) string {
	return fmt.Sprintf(`//button[normalize-space()=%q][not(ancestor::fieldset[@disabled])]`, text)
}

func anchor(text string) string { return fmt.Sprintf(`//a[normalize-space()=%q]`, text) }

// field is the input that a label belongs to, in the part of the page with the
// id.
func field(part, label string) string {
	const found = `//*[@id=%[1]q]//input[not(ancestor::fieldset[@disabled])]` +
		`[@id=//label[contains(., %[2]q)]/@for or ancestor::label[contains(., %[2]q)]]`
	return fmt.Sprintf(found, part, label)
}

// frame is the frame of the page, which is like a tab to the browser because it
// is sandboxed. It closes with the page.
func (p *tab) frame() *tab {
	p.t.Helper()
	own := chromedp.FromContext(p.ctx).Target.TargetID
	var inner *tab
	p.do("finding the frame", func(ctx context.Context) error {
		all, err := chromedp.Targets(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(i *target.Info) bool { return i.Type == "iframe" && i.ParentFrameID == cdp.FrameID(own) })
		if i < 0 {
			return errors.New("there is none")
		}
		inner = p.browser.tab(chromedp.WithTargetID(all[i].TargetID))
		return nil
	})
	return inner
}
