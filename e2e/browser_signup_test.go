package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBrowserSignUp is the sign-up page as somebody meets it who mistypes, and
// who had left the page open overnight.
func TestBrowserSignUp(t *testing.T) {
	t.Parallel()
	b := browse(t, "en-GB")
	defer b.close(t)
	email := b.email("ada")
	before := b.tables(t)
	p := b.open(signUpPage+"?site="+double, http.StatusOK)
	defer p.close()
	p.titled("Sign up for news and offers")
	p.audit("the sign-up page")
	p.picture("sign-up", desktop, light)
	p.hidesHoneypot()

	p.types("#email", strings.ReplaceAll(email, "@", " at "))
	p.clicks(`//label[contains(., "special offers")]`)
	p.isAskedAgain("Please enter an e-mail address", "email")
	p.audit("the sign-up page that asks for the address again")

	p.run("selecting what was typed", chromedp.Evaluate[chromedp.Void](`document.querySelector("#email").select()`))
	p.types("#email", email)
	p.ages(48 * time.Hour)
	p.isAskedAgain("press the button once more", "Sign up")
	p.audit("the sign-up page that asks again")
	if typed := ask[string](p, "reading the field", `document.querySelector("#email").value`); typed != email {
		t.Errorf("the field holds %q", typed)
	}
	b.wantUnchanged(t, before)

	p.ages(10 * time.Second)
	p.follows(button("Sign up"))
	p.titled("Please look into your mailbox")
	p.audit("the page of who has signed up")
	p.goes(b.letterTo(t, email).link(t, confirmPage).page, http.StatusOK)
	p.reads("special offers") // as was ticked
	b.signsUpInGerman()
}

// signsUpInGerman uses a telephone.
func (b *browser) signsUpInGerman() {
	b.t.Helper()
	p := b.open(signUpPage+"?site="+b.teeladen(), http.StatusOK)
	defer p.close()
	p.titled("Für Neuigkeiten und Angebote anmelden")
	p.audit("the sign-up page in German")
	p.picture("sign-up-german-mobile", screen{390, 950}, light)
	p.types("#email", b.email("anna"))
	p.ages(10 * time.Second)
	p.follows(button("Anmelden"))
	p.titled("Bitte sehen Sie in Ihr Postfach")
}

// ages makes the form on the page one that has been shown for longer.
func (p *tab) ages(by time.Duration) {
	p.t.Helper()
	stamp := p.browser.aged(p.t, ask[string](p, "reading the stamp", `document.querySelector("[name=stamp]").value`), by)
	ask[string](p, "making the form older", `document.querySelector("[name=stamp]").value = "`+stamp+`"`)
}

// isAskedAgain presses the button and wants the form once more, with a sentence
// that says why and is told of what has the focus.
func (p *tab) isAskedAgain(problem, focused string) {
	p.t.Helper()
	p.loads("pressing the button", http.StatusUnprocessableEntity, chromedp.Click(button("Sign up"), chromedp.NodeVisible))
	p.reads(problem)
	told := ask[string](p, "asking what the focus is described by", `document.getElementById(document.activeElement.getAttribute("aria-describedby")).innerText`)
	if name := p.focused(); !strings.Contains(told, problem) || name != focused {
		p.t.Errorf("the focus is on %q, described by %q", name, told)
	}
}

// focused is the name of the field that has the focus, or what is written on it.
func (p *tab) focused() string {
	p.t.Helper()
	return ask[string](p, "asking for the focus", `document.activeElement.name || document.activeElement.innerText`)
}

// hidesHoneypot wants that the field for programs is met neither with the eyes,
// nor with the keyboard, nor with a screen reader.
func (p *tab) hidesHoneypot() {
	p.t.Helper()
	var met []string
	for range 8 {
		p.run("pressing Tab", chromedp.KeyEvent(kb.Tab))
		met = append(met, p.focused())
	}
	if want := []string{"email", "preference", "preference", "Sign up", "Deutsch", "English", "Español", "Français"}; !slices.Equal(met, want) {
		p.t.Errorf("the keyboard meets %q, want %q", met, want)
	}
	if heard := p.textboxes(); !slices.Equal(heard, []string{"E-mail address"}) {
		p.t.Errorf("a screen reader tells of %q", heard)
	}
	const seen = `(({width, height}) => width * height)(document.querySelector(".aside").getBoundingClientRect())`
	if area := ask[float64](p, "measuring the honeypot", seen); area > 1 {
		p.t.Errorf("the honeypot takes %v square pixels", area)
	}
}

// textboxes are the names of the fields that a screen reader tells of.
func (p *tab) textboxes() (names []string) {
	p.t.Helper()
	p.run("reading the accessibility tree", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		for _, node := range tree.Nodes {
			if !node.Ignored && axText(node.Role) == "textbox" {
				names = append(names, axText(node.Name))
			}
		}
		return nil
	}))
	return names
}

func axText(v *accessibility.Value) (text string) {
	if v != nil {
		_ = json.Unmarshal(v.Value, &text) // what is no text is none
	}
	return text
}
