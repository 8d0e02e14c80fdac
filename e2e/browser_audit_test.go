package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// How a page can be looked at. The smallest screen is 320 pixels wide (WCAG
// 1.4.10).
const (
	light = "light"
	dark  = "dark"
)

type screen struct{ width, height int64 }

var (
	desktop = screen{1280, 800}
	phone   = screen{390, 844}
	narrow  = screen{320, 640}
)

// looks sets what the tab is looked at with. Nothing moves, so that nothing is
// looked at halfway.
func (p *tab) looks(s screen, scheme string) {
	p.t.Helper()
	p.run("changing the screen", chromedp.EmulateViewport(s.width, s.height), func(ctx context.Context, _ *chromedp.Target) (v chromedp.Void, err error) {
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return v, err
	})
}

// violation is a rule of axe that a page breaks.
type violation struct {
	Rule    string
	Help    string
	Targets []string
}

// report is what axe finds. A page that passes no rule was not looked at.
type report struct {
	Passed     int
	Violations []violation
}

// Frames show mails, which are looked at on their own.
const runAxe = `axe.run(document, {iframes: false, resultTypes: ["violations"], rules: %s}).then(({passes, violations}) => ({
	passed: passes.length,
	violations: violations.map(({id, help, nodes}) => ({
		rule: id, help, targets: nodes.map(({target, failureSummary}) => target.join(" ") + ": " + failureSummary),
	})),
}))`

// audit wants that everybody can use the page: axe finds nothing in light or in
// dark, nobody has to scroll sideways, and the console is silent. Rules that do
// not apply are left out.
func (p *tab) audit(page string, without ...string) {
	p.t.Helper()
	for _, fault := range p.faults(without) {
		p.t.Errorf("%s: %s", page, fault)
	}
}

func (p *tab) faults(without []string) []string {
	p.t.Helper()
	p.run("loading axe", chromedp.Evaluate[chromedp.Void](readFile(p.t, "testdata/axe.min.js")))
	var faults []string
	for _, scheme := range []string{dark, light} {
		p.looks(desktop, scheme)
		for _, v := range p.violations(without) {
			faults = append(faults, fmt.Sprintf("in %s: %s (%s):\n%s", scheme, v.Help, v.Rule, strings.Join(v.Targets, "\n")))
		}
	}
	p.looks(narrow, light)
	if width := ask[int64](p, "measuring the page", `document.documentElement.scrollWidth`); width > narrow.width {
		faults = append(faults, fmt.Sprintf("%d pixels wide on a screen of %d", width, narrow.width))
	}
	p.looks(desktop, light)
	return append(faults, p.console.said()...)
}

func (p *tab) violations(without []string) []violation {
	p.t.Helper()
	rules := map[string]map[string]bool{}
	for _, rule := range without {
		rules[rule] = map[string]bool{"enabled": false}
	}
	settings, err := json.Marshal(rules)
	must(p.t, err)
	found := ask[report](p, "running axe", fmt.Sprintf(runAxe, settings))
	if found.Passed == 0 {
		p.t.Fatal("axe looked at nothing")
	}
	return found.Violations
}
