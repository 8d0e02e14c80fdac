package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// witness is a client that brings canaries in every header and keeps what it is
// answered.
type witness struct {
	*client
	replies *[]reply
}

func (s *shop) witness(t *testing.T) witness {
	t.Helper()
	w := witness{s.visitor(t), &[]reply{}}
	for name, value := range map[string]string{
		"User-Agent": canaryAgent, "X-Forwarded-For": canaryIPv4, "Referer": canaryReferer, "Cookie": canaryCookie,
		"X-Captcha-Token": canaryCaptcha, "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"Tracestate": canaryState, "Baggage": "user=" + url.QueryEscape(canaryEmail), "X-Request-Id": canaryEmail,
	} {
		w.client = w.client.with(name, value)
	}
	return w
}

// as is the same witness with one header different.
func (w witness) as(name, value string) witness {
	return witness{w.client.with(name, value), w.replies}
}

func (w witness) ask(method, path, body string) reply {
	w.t.Helper()
	got := w.do(method, path, body)
	*w.replies = append(*w.replies, got)
	return got
}

func (w witness) operates(op operation) reply {
	w.t.Helper()
	return w.ask(http.MethodPost, "/graphql", graphQL(w.t, op.document, op.variables))
}

// personally is an operation with evidence that leads to a person.
func personally(op operation) operation {
	if op.auditData("formLocation") != "" {
		return op.with("auditData.formLocation", canaryLocation)
	}
	if op.auditData("landingUrl") != "" {
		return op.with("auditData.landingUrl", canaryLanding)
	}
	return op
}

// bringCanaries goes through every door, as shoppers and staff do, and as nobody
// should.
func (w witness) bringCanaries(c canaries) {
	w.t.Helper()
	w.signsUpEverywhere(c)
	w.asksNonsense()
	w.opensPages()
	w.worksAtTheBackOffice()
	w.speaksNoHTTP()
}

func (w witness) signsUpEverywhere(c canaries) {
	w.t.Helper()
	login := w.shop.login(w.t, claims{
		"sub": canarySub, "email": canaryEmail, "phone_number": canaryPhone, "name": canaryName, "address": canaryStreet,
	})
	c.add(login, strings.Split(login, ".")[1])
	customer := w.as("Authorization", "Bearer "+login).as("X-Forwarded-For", canaryIPv6)
	for _, site := range []string{single, double} {
		here := w.as("X-Site-Id", site)
		for _, op := range []operation{
			signUp("EMAIL", canaryEmail), signUp("EMAIL", " "+strings.ToUpper(canaryEmail)+" "), signUp("EMAIL", canaryBounced),
			signUp("SMS", canaryPhone).with("emailAddress", canaryEmail), signUp("SMS", canaryRefused), unsubscribeSMS(canaryPhone),
		} {
			here.operates(personally(op))
		}
		for _, op := range []operation{
			update("EMAIL", true, ""), update("SMS", true, ""), update("POST", true, ""), choose(offers, true, ""), {document: emailAndSMS},
		} {
			customer.as("X-Site-Id", site).operates(personally(op))
		}
	}
	w.operates(personally(enterCampaign("43", canaryEntrant).with("name", canaryName).with("campaignMetadata", object{"barName": canaryMetadata})))
	for range 8 { // more than an address may ask for: a CAPTCHA is asked about
		w.operates(personally(signUp("EMAIL", canaryEntrant)))
	}
	query := `query { accountCreationMarketingPreferences(email: "` + canaryEmail + `") }`
	w.ask(http.MethodPost, "/graphql", graphQL(w.t, query, nil))
	w.ask(http.MethodGet, "/graphql?query="+url.QueryEscape(query), "")
	for _, broken := range []string{login + "x", login[:len(login)-9], canaryEmail, "x." + canaryPhone + ".y"} {
		w.as("Authorization", "Bearer "+broken).operates(signUp("EMAIL", canaryEmail))
	}
}

// asksNonsense sends what a parser or a validator could quote.
func (w witness) asksNonsense() {
	w.t.Helper()
	for _, value := range []string{canaryEmail, canaryPhone, canaryName, canaryStreet} {
		name := strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
				return r
			}
			return '_'
		}, "_"+value)
		for _, body := range []string{
			value, `{"query": "` + value, `{"query": "{ site { id } }", "` + value + `": 1}`, `{"query": 1, "variables": "` + value + `"}`,
			graphQL(w.t, `query `+name+` { site { id } }`, nil),
			graphQL(w.t, `{ site { `+name+` } }`, nil),
			graphQL(w.t, `{ `+name+`: site { id } }`, nil),
			graphQL(w.t, `{ site(x: "`+value+`") { id } }`, nil),
			graphQL(w.t, `{ customer { marketingPreferences(type: `+name+`) } }`, nil),
			graphQL(w.t, `{ customer { marketingPreferences(type: "`+value+`") } }`, nil),
			graphQL(w.t, `{ site { id } } "`+value, nil),
			graphQL(w.t, `query($type: MarketingType!) { customer { marketingPreferences(type: $type) } }`, object{"type": value}),
			`{"query": "{ site { id } }", "operationName": "` + value + `"}`,
			`{"query": "{ site { id } }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + value + `"}}}`,
		} {
			w.ask(http.MethodPost, "/graphql", body)
		}
		for _, op := range []operation{
			signUp("EMAIL", value+"@@"), signUp("SMS", value+"99999999999"), signUp("EMAIL", value+"\x00@x.example"), signUp(value, value),
			signUp("EMAIL", canaryEmail).with("auditData", object{value: value}), signUp("EMAIL", value).with("preferenceIds", []string{value}),
			enterCampaign(value, value), enterCampaign("43", value), enterCampaign("43", canaryEmail).with("campaignMetadata", object{value: value}),
			enterCampaign("43", canaryEmail).with("campaignMetadata", object{"barName": strings.Repeat(value, 20)}),
			confirm(link{token: value, hash: value}), unsubscribe(link{token: value, hash: value}), unsubscribeSMS(value + "x"),
			unsubscribe(link{token: value, hash: value}).with("auditData.landingUrl", value),
		} {
			w.operates(op)
		}
		w.as("X-Site-Id", url.PathEscape(value)).operates(signUp("EMAIL", value))
		w.as("Content-Type", url.PathEscape(value)).ask(http.MethodPost, "/graphql", value)
		w.as("Accept", value).ask(http.MethodPost, "/graphql", value)
		w.as("X-Forwarded-For", value).operates(signUp("EMAIL", value))
		w.as("Origin", "https://"+url.PathEscape(value)+".example").operates(signUp("EMAIL", canaryEmail))
		w.ask(http.MethodGet, "/graphql?query="+url.QueryEscape(value)+"&variables="+url.QueryEscape(value), "")
	}
}

// opensPages opens pages with values that are no links.
func (w witness) opensPages() {
	w.t.Helper()
	page := w.as("Content-Type", "application/x-www-form-urlencoded").as("Accept", "text/html")
	for _, value := range []string{canaryEmail, canaryPhone, canaryName} {
		encoded := url.QueryEscape(value)
		for _, path := range []string{confirmPage, rejectPage, unsubscribePage, signUpPage} {
			query := path + "?uuid=" + encoded + "&email=" + encoded + "&site=" + encoded + "&lang=" + encoded
			page.ask(http.MethodGet, query, "")
			page.ask(http.MethodPost, query, "uuid="+encoded+"&email="+encoded+"&stamp="+encoded+"&comment=%zz"+encoded)
			page.ask(http.MethodPut, path+"/"+url.PathEscape(value), value)
		}
		for _, path := range []string{"/", "/marketing/", "/dev/inbox/", "/static/", "/healthz/", "/metrics?x=", "/readyz?x="} {
			page.ask(http.MethodGet, path+url.PathEscape(value), "")
		}
	}
	form := page.client.fills(single, canaryEmail, offers)
	page.ask(http.MethodPost, form.path, form.fields.Encode())
	form.fields.Set("email", canaryEmail+"@@")
	page.ask(http.MethodPost, form.path, form.fields.Encode())
}

// follows opens and presses every link of a letter, whole and damaged; what it holds
// is a canary from now on.
func (w witness) follows(l letter, c canaries) {
	w.t.Helper()
	page := w.as("Content-Type", "application/x-www-form-urlencoded").as("Accept", "text/html")
	for _, text := range urls.FindAllString(l.Text, -1) {
		u, err := url.Parse(text)
		must(w.t, err)
		token, hash := u.Query().Get("uuid"), u.Query().Get("email")
		if token == "" {
			continue
		}
		c.add(token, hash)
		for _, op := range []operation{confirm(link{token: token, hash: hash}), unsubscribe(link{token: token, hash: hash})} {
			w.operates(personally(op))
		}
		form := url.Values{"uuid": {token}, "email": {hash}}
		damaged := url.Values{"uuid": {flip(token)}, "email": {hash}}
		for _, values := range []url.Values{damaged, form} {
			page.ask(http.MethodGet, u.Path+"?"+values.Encode(), "")
			page.ask(http.MethodPost, u.Path+"?"+values.Encode(), values.Encode())
		}
	}
}

// worksAtTheBackOffice tells of an account, and makes every kind of mistake about it.
func (w witness) worksAtTheBackOffice() {
	w.t.Helper()
	staff := w.as("Authorization", "Bearer "+bootstrapKey)
	told := func(more object) string {
		body := object{"site_id": demoSite, "email": canaryEmail, "phone_number": canaryPhone, "has_address": true, "name": canaryName}
		for name, value := range more {
			body[name] = value
		}
		return asText(w.t, body)
	}
	staff.ask(http.MethodPut, account(canarySub), told(nil))
	staff.ask(http.MethodPut, account(canaryEmail), told(nil))
	for _, value := range []string{canaryEmail, canaryPhone, canaryName} {
		for _, body := range []string{
			told(object{value: value}), told(object{"email": value + "@@"}), told(object{"phone_number": value + "x"}),
			told(object{"site_id": value}), told(object{"has_address": value}), value, `{"` + value,
		} {
			staff.ask(http.MethodPut, account(value), body)
		}
		encoded := url.QueryEscape(value)
		staff.ask(http.MethodPut, account(value)+"/marketing-preferences/"+offers, asText(w.t, newAnswer(demoSite, true)))
		for _, path := range []string{
			account(value) + "/marketing-preferences?site_id=" + demoSite, account(value) + "/marketing-preferences?site_id=" + encoded,
			"/customers/marketing-preferences?" + encoded + "=1", "/customers/marketing-preferences?cursor=" + encoded,
			"/customers/marketing-preferences/" + url.PathEscape(value), "/sites/" + url.PathEscape(value), "/admin-records?cursor=" + encoded,
			"/customers/show-marketing-preferences?organisation_id=" + encoded, "/campaigns?site_id=" + encoded,
		} {
			staff.ask(http.MethodGet, path, "")
		}
		staff.ask(http.MethodPost, "/customers/suppressions/lift", asText(w.t, object{"site_id": demoSite, "email": value, "reason": "x"}))
		staff.ask(http.MethodPost, "/customers/suppressions/lift", asText(w.t, object{"organisation_id": demoOrganisation, "address": value, "kind": value}))
	}
	for _, key := range []string{canaryKey, canaryEmail, bootstrapKey + "x"} {
		w.as("Authorization", "Bearer "+key).ask(http.MethodGet, "/organisations", "")
		w.as("Authorization", key).ask(http.MethodGet, "/organisations", "")
	}
}

// speaksNoHTTP sends what a server could complain about. Method names are any text
// without blanks, so they can be a number or a token.
func (w witness) speaksNoHTTP() {
	w.t.Helper()
	for _, method := range []string{strings.TrimPrefix(canaryPhone, "+"), "Canary.Quokka", "ningaui-441"} {
		w.ask(method, "/graphql", "x")
		w.ask(method, account(canaryEmail), "x")
		w.ask(method, "/nowhere", "x")
	}
	for _, text := range []string{
		"GET /" + canaryEmail + " HTTP/9.9\r\n\r\n", "GET /%zz" + canaryEmail + " HTTP/1.1\r\nHost: x\r\n\r\n", canaryEmail + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: " + canaryEmail + "\r\n" + canaryName + ": x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: \x01" + canaryEmail + "\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + canaryEmail + "\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + canaryEmail + "\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: " + canaryPhone + "x\r\n\r\n", "CONNECT " + canaryEmail + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"\x16\x03\x01" + canaryEmail,
	} {
		w.sendsRaw(text)
	}
}

func (w witness) sendsRaw(text string) {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.shop.url, "http://"))
	must(w.t, err)
	defer conn.Close()
	must(w.t, conn.SetDeadline(time.Now().Add(time.Second)))
	if _, err := fmt.Fprint(conn, text); err != nil {
		return // it has hung up, as it may
	}
	_, _ = bufio.NewReader(conn).ReadString('\n')
}
