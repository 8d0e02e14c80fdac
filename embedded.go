package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"assent/auth"
	"assent/demo"
	"assent/outbox"
	"assent/web"
)

// inboxLength is how many messages the development inbox shows.
const inboxLength = 200

// demoLoginLifetime is how long the customer token of the greeting can be used.
const demoLoginLifetime = 24 * time.Hour

// inbox lists what is in the outbox, as it was or would be sent.
func (p *program) inbox(ctx context.Context) ([]web.InboxMessage, error) {
	queued, err := p.store.Outbox(ctx, inboxLength)
	if err != nil {
		return nil, err
	}
	messages := make([]web.InboxMessage, 0, len(queued))
	for _, m := range queued {
		letter, err := p.composer.Compose(ctx, m)
		if errors.Is(err, outbox.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		messages = append(messages, web.InboxMessage{
			ID: m.ID.String(), Channel: string(letter.Channel), To: letter.To, Subject: letter.Subject,
			Text: letter.Text, HTML: letter.HTML, Headers: letter.Headers, CreatedAt: m.QueuedAt,
			Status: strings.ToLower(string(m.Status)),
		})
	}
	return messages, nil
}

// demoCustomer is who the greeting, the query editor and the demo shop log in.
func demoCustomer() auth.Customer {
	return auth.Customer{
		ID: "demo-customer", Email: "ann@example.com", PhoneNumber: "+447400123456", Name: "Ann Example", HasAddress: true,
	}
}

// demoShop is what the demo storefront needs to know.
func (p *program) demoShop() web.DemoOptions {
	return web.DemoOptions{
		Endpoint: "/graphql", Inbox: "/dev/inbox",
		Sites: []web.DemoSite{{Slug: demo.SiteDoubleOptIn, Label: "Double opt-in"}, {Slug: demo.Site, Label: "Single opt-in"}},
		Customer: func() (web.DemoCustomer, error) {
			login, err := p.demoLogin()
			c := demoCustomer()
			return web.DemoCustomer{Name: c.Name, Email: c.Email, PhoneNumber: c.PhoneNumber, Token: login}, err
		},
	}
}

// demoLogin is the login of a customer to try things with; empty when logins are
// signed by somebody else.
func (p *program) demoLogin() (string, error) {
	if p.settings.JWTSecret == "" {
		return "", nil
	}
	login, err := auth.Sign([]byte(p.settings.JWTSecret), demoCustomer(), loginRules(p.settings), time.Now(), demoLoginLifetime)
	if err != nil {
		return "", fmt.Errorf("signing the demo customer's login: %w", err)
	}
	return login, nil
}

// demoHeaders are what the query editor sends.
func (p *program) demoHeaders() (map[string]string, error) {
	headers := map[string]string{"X-Site-Id": demo.Site}
	login, err := p.demoLogin()
	if login != "" {
		headers["Authorization"] = "Bearer " + login
	}
	return headers, err
}

// private answers requests that name this machine only, by an address or by a
// name that is ours. A page of somebody's could otherwise have its own name lead
// here and read what is shown: logins and messages.
func (p *program) private(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host := (&url.URL{Host: r.Host}).Hostname(); p.isOurs(host) {
			h.ServeHTTP(w, r)
			return
		}
		http.Error(w, "This page answers to localhost and to the host of PUBLIC_URL only.", http.StatusMisdirectedRequest)
	})
}

func (p *program) isOurs(host string) bool {
	public, err := url.Parse(p.settings.PublicURL)
	host = strings.ToLower(host)
	return net.ParseIP(host) != nil || host == "localhost" || strings.HasSuffix(host, ".localhost") || // RFC 6761, 6.3
		err == nil && host == strings.ToLower(public.Hostname())
}

// greet says where to click.
func (p *program) greet(out io.Writer) error {
	login, err := p.demoLogin()
	if err != nil {
		return err
	}
	url := p.settings.PublicURL
	editor := ""
	if p.settings.HasGraphiQL() {
		editor = "  Try queries      " + url + "/\n"
	}
	_, err = fmt.Fprintf(out, `
Assent is running in embedded mode. Everything it keeps is in %[1]s.

  Demo shop        %[2]s/demo
  Sign-up page     %[2]s/sign-up
%[5]s  GraphQL          %[2]s/graphql
  Messages         %[2]s/dev/inbox
  REST admin       %[2]s/openapi.json

  Customer token (24 hours; send as "Authorization: Bearer ..."):
  %[3]s

  Admin key (for the REST admin; send as "Authorization: Bearer ..."):
  %[4]s

Sign a visitor up:

  curl %[2]s/graphql -H 'Content-Type: application/json' -H 'X-Site-Id: demo-double-opt-in' -d '{
    "query": "mutation { signUpForMarketing(input: {type: EMAIL, contactDetails: \"eve@example.com\", auditData: {messageShown: \"Yes, send me offers\", formIdentifier: \"footer\", formLocation: \"/\"}}) }"}'

See its consent texts:

  curl %[2]s/customers/marketing-preferences -H 'Authorization: Bearer %[4]s'

Stop with Ctrl-C.

`, p.settings.DataDir, url, cmp.Or(login, "none: JWT_JWKS_URL says who signs them"), string(p.settings.AdminAPIKey), editor)
	return err
}
