package web

import (
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assent/consent"
)

func TestALandingPageSpeaksTheLanguageOfItsVisitor(t *testing.T) {
	tests := []struct{ name, lang, site, browser, want string }{
		{"as asked for", "fr", "de", "es", "fr"},
		{"as asked for, of a country", "de-AT", "en", "en", "de"},
		{"as the site when nothing is asked for", "", "es-MX", "fr", "es"},
		{"as the site when what is asked for is not there", "nl", "de", "fr", "de"},
		{"as the browser when the site has no language", "", "", "nl, fr;q=0.9, de;q=0.8", "fr"},
		{"English when nobody knows", "x", "nl", "it", "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := openLanding(t, func(d *landingDoor) { d.site.Locale = tt.site })
			target := d.signUp(t, consent.Email).confirm
			if tt.lang != "" {
				target += "&lang=" + tt.lang
			}
			ask, done := d.get(target, "Accept-Language", tt.browser), d.press(t, target, "Accept-Language", tt.browser)
			for _, w := range []string{ask.Body.String(), done.Body.String()} {
				if !strings.Contains(w, `<html lang="`+tt.want+`">`) {
					t.Errorf("another language: %s", w[:60])
				}
			}
			if !strings.Contains(ask.Body.String(), `hreflang="`+tt.want+`" aria-current="true"`) {
				t.Error("the switch does not show the language of the page")
			}
		})
	}
}

func TestAButtonAnswersInTheLanguageOfItsPage(t *testing.T) {
	d := openLanding(t, func(d *landingDoor) { d.site.Locale = "" })
	target := d.signUp(t, consent.Email).confirm
	w := d.submit(t, d.get(target, "Accept-Language", "es"), "Accept-Language", "de")
	d.want(t, w, http.StatusOK, "Suscripción confirmada")
	if wording := d.store.last().Event.Data.MessageShown(); !strings.HasPrefix(wording, "Confirme su suscripción\n") {
		t.Errorf("the evidence is in another language: %s", wording)
	}
}

func TestEveryLanguageIsOneLinkAway(t *testing.T) {
	d := openLanding(t)
	target := d.signUp(t, consent.Email).reject
	page := d.get(target).Body.String()
	_, query, _ := strings.Cut(target, "?")
	for lang, name := range map[string]string{"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français"} {
		link := `<a href="?` + strings.ReplaceAll(query, "&", "&amp;") + `&amp;lang=` + lang + `" rel="nofollow" lang="` + lang + `"`
		if !strings.Contains(page, link) || !strings.Contains(page, ">"+name+"</a>") {
			t.Errorf("no link to %s: %s", lang, link)
		}
	}
	if strings.Contains(d.press(t, target).Body.String(), "<nav") {
		t.Error("an answer offers links that would lead back to the question")
	}
}

func landingLocalesOf(t *testing.T) landingLocales {
	t.Helper()
	locales, err := loadLandingWords()
	if err != nil {
		t.Fatal(err)
	}
	return locales
}

func textNames(w landingWords) []string {
	var names []string
	for _, text := range w.texts.Templates() {
		if !strings.HasSuffix(text.Name(), ".tmpl") {
			names = append(names, text.Name())
		}
	}
	slices.Sort(names)
	return names
}

func TestEveryLocaleSaysAllThatEnglishSays(t *testing.T) {
	locales := landingLocalesOf(t)
	english := textNames(locales["en"])
	for name, words := range locales {
		if name != strings.ToLower(name) {
			t.Errorf("the folder %q must be in lower case to be found", name)
		}
		if got := textNames(words); !slices.Equal(got, english) {
			t.Errorf("%s has the texts %q, want %q", name, got, english)
		}
		for _, text := range english {
			for _, sms := range []bool{false, true} {
				said, err := words.say(text, landingSubject{Site: "The Shop", SMS: sms})
				if err != nil || said == "" {
					t.Errorf("%s: %s says %q, %v", name, text, said, err)
				}
			}
		}
	}
}

func TestEveryPageCanBeToldInEveryLocale(t *testing.T) {
	states := []landingState{landingAsk, landingDone, landingAlready, landingExpired, landingUnknown, landingUnreadable,
		landingTooMany, landingFailed}
	for name, words := range landingLocalesOf(t) {
		for _, page := range landingPages() {
			for _, state := range states {
				about := consent.LinkPage{Address: "a•••@e•••.com"}
				if page == "confirm" {
					about.Texts = []string{"Offers"}
				}
				v, err := words.view(landingPage{name: page}, state, about, 0)
				if err != nil || v.Heading == "" || len(v.Text) == 0 || (v.Button != "") != (state == landingAsk) {
					t.Errorf("%s %s %s: %+v, %v", name, page, state, v, err)
				}
			}
		}
	}
}

func TestTheSignUpPageCanBeToldInEveryLocale(t *testing.T) {
	for name, words := range landingLocalesOf(t) {
		for _, state := range []landingState{landingAsk, landingInvalid, landingAgain, landingForeign, landingMailbox, landingDone,
			landingAlready, landingUnknown, landingUnreadable, landingTooMany, landingFailed} {
			v, err := words.view(landingPage{name: "signup"}, state, consent.LinkPage{}, 0)
			if err != nil || v.Heading == "" || len(v.Text) == 0 || (v.Button != "") != state.asks() {
				t.Errorf("%s %s: %+v, %v", name, state, v, err)
			}
			if asksAgain := state == landingInvalid || state == landingAgain; (v.Problem != "") != asksAgain {
				t.Errorf("%s %s: the problem is %q", name, state, v.Problem)
			}
		}
	}
}

func TestWordsUseTypographicSigns(t *testing.T) {
	unglued := regexp.MustCompile(`[^\x{a0}][?:!;]`) // French: a no-break space keeps the sign on the line of its word
	files, err := fs.Glob(landingFiles, "landing/words/*/*.tmpl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(landingFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		french := strings.Contains(file, "/fr/")
		for line := range strings.SplitSeq(string(text), "\n") {
			if strings.Contains(line, "'") || strings.Contains(line, " - ") || french && unglued.MatchString(line) {
				t.Errorf("%s: %s", file, line)
			}
		}
	}
}
