package web

import (
	"net/http"
	"strings"
	"testing"

	"assent/consent"
)

func TestTheFormCarriesTheLinkToThePathItCameFrom(t *testing.T) {
	for page, want := range map[string]string{
		"confirm": `action="/marketing/confirm">`, "reject": `action="/marketing/reject">`, "unsubscribe": `action="/unsubscribe?uuid=`,
	} {
		for public, prefix := range map[string]string{"https://c.example": "", "https://c.example/": "", "https://c.example/base/": "/base"} {
			d := openLanding(t, func(d *landingDoor) { d.public = public })
			target := d.signUp(t, consent.Email).named(page)
			body := d.get(target + "&utm_source=mail").Body.String()
			if action := strings.Replace(want, `"/`, `"`+prefix+`/`, 1); !strings.Contains(body, `<form method="post" `+action) {
				t.Errorf("%s at %s: no %s", page, public, action)
			}
			if page == "unsubscribe" && !strings.Contains(body, strings.ReplaceAll(prefix+target, "&", "&amp;")+`">`) {
				t.Error("the parameters are not in the address of the form")
			}
			if strings.Contains(body, "utm_source") {
				t.Error("what others added to the link is passed on")
			}
		}
	}
}

func TestAFormIsReadInEitherEncoding(t *testing.T) {
	multipart := func(query string) string {
		var body strings.Builder
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			body.WriteString("--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
		}
		return body.String() + "--x--\r\n"
	}
	for name, body := range map[string]func(query string) (contentType, body string){
		"urlencoded":               func(q string) (string, string) { return "application/x-www-form-urlencoded; charset=UTF-8", q },
		"multipart":                func(q string) (string, string) { return "multipart/form-data; boundary=x", multipart(q) },
		"repeated, the first wins": func(q string) (string, string) { return "application/x-www-form-urlencoded", q + "&uuid=x&email=y" },
	} {
		for _, address := range []string{"", "?uuid=x&email=y", "?a=%zz&b;c"} {
			d := openLanding(t)
			_, query, _ := strings.Cut(d.signUp(t, consent.Email).confirm, "?")
			contentType, text := body(query)
			w := d.send(http.MethodPost, "/marketing/confirm"+address, text, "Content-Type", contentType)
			if w.Code != http.StatusOK {
				t.Errorf("%s at %q: %d", name, address, w.Code)
			}
		}
	}
}

func TestAFormThatCannotBeReadDoesNothing(t *testing.T) {
	for name, body := range map[string][2]string{
		"more than 8 KB":            {"application/x-www-form-urlencoded", "a=" + strings.Repeat("x", 8<<10)},
		"more than 8 KB, multipart": {"multipart/form-data; boundary=x", strings.Replace(oneClickMultipart, "One-Click", strings.Repeat("x", 9<<10), 1)},
		"a broken escape":           {"application/x-www-form-urlencoded", "uuid=%zz"},
		"a broken multipart":        {"multipart/form-data; boundary=x", "--x\r\nContent-"},
		"no boundary":               {"multipart/form-data", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t)
			target := d.signUp(t, consent.Email).confirm
			before := d.store.written()
			w := d.send(http.MethodPost, target, body[1], "Content-Type", body[0])
			d.want(t, w, http.StatusBadRequest, "We could not read the form")
			if d.store.written() != before || d.log.Len() != 0 {
				t.Errorf("something was written or logged: %s", d.log)
			}
		})
	}
}

func FuzzNoParameterDoesHarm(f *testing.F) {
	d := openLanding(f)
	links := d.signUp(f, consent.Email)
	_, query, _ := strings.Cut(links.confirm, "?")
	f.Add(strings.Replace(query, "A", "B", 1), "List-Unsubscribe=One-Click", "en", false)
	f.Add(`uuid="><script>&email='`, "uuid=%zz", "../../de", false)
	f.Add("uuid=a&uuid=b&email=\x00\r\nX-Evil: 1", oneClickMultipart, "de-\xff", true)
	before := d.store.written()
	f.Fuzz(func(t *testing.T, query, body, lang string, multipart bool) {
		contentType := "application/x-www-form-urlencoded"
		if multipart {
			contentType = "multipart/form-data; boundary=x"
		}
		for _, path := range []string{"/marketing/confirm", "/marketing/reject", "/unsubscribe"} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r, err := http.NewRequestWithContext(t.Context(), method, path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.URL.RawQuery = query
				w := d.serve(r, body, "Content-Type", contentType, "Accept-Language", lang)
				if w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest {
					t.Errorf("%s %s: %d", method, path, w.Code)
				}
				if strings.Contains(w.Body.String(), "<script") || w.Header().Get("X-Evil") != "" {
					t.Error("a parameter is part of the page")
				}
			}
		}
		if d.store.written() != before {
			t.Error("something was written")
		}
	})
}
