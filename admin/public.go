package admin

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// publicAge is for how many seconds browsers and caches may keep the public list.
// What is taken off offer must not be shown for long.
const publicAge = 10

const publicPath = "/customers/show-marketing-preferences"

// PublicInput asks for the public list.
type PublicInput struct {
	Organisation consent.OrganisationID `query:"organisation_id" format:"uuid" required:"true" doc:"Whose consent texts"`
	IfNoneMatch  string                 `header:"If-None-Match" doc:"ETag of the list you have"`
	Paging
}

// PublicList is the public list; without a body when the caller has it already.
type PublicList struct {
	Status       int
	ETag         string `header:"ETag" doc:"Changes with the list"`
	CacheControl string `header:"Cache-Control"`
	Link         string `header:"Link" doc:"The next page, as <…>; rel=\"next\" (RFC 8288); absent on the last"`
	Body         []backoffice.PreferenceText
}

// publicPreferences is the one operation without a key: a sign-up form on any site
// shows what it lists.
func (a *API) publicPreferences() {
	op := huma.Operation{
		OperationID: "showMarketingPreferences", Method: http.MethodGet, Path: publicPath, Tags: []string{tagPreferences},
		Summary:     "Show the consent texts of an organisation to everybody",
		Description: fmt.Sprintf("For sign-up forms. May be kept for %d seconds; open to scripts of every origin.", publicAge),
		Errors:      append(missing(), http.StatusTooManyRequests), Security: []map[string][]string{},
		Responses: map[string]*huma.Response{"304": {Description: "You have it already"}},
	}
	handlePublic(a, op, a.showPreferences)
	a.mux.HandleFunc("OPTIONS "+publicPath, func(w http.ResponseWriter, _ *http.Request) {
		allowEveryOrigin(w.Header().Set)
		w.WriteHeader(http.StatusNoContent)
	})
}

func (a *API) showPreferences(ctx context.Context, in *PublicInput) (*PublicList, error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	found, err := a.service.PublicPreferences(ctx, in.Organisation, page)
	if err != nil {
		return nil, err
	}
	out := &PublicList{
		Status: http.StatusOK, CacheControl: fmt.Sprintf("public, max-age=%d", publicAge),
		Link: nextLink(in.url, found.Next), Body: append([]backoffice.PreferenceText{}, found.Items...),
	}
	if out.ETag, err = etag(out.Body, out.Link); err != nil {
		return nil, err
	}
	if matches(in.IfNoneMatch, out.ETag) {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// etag is a strong validator (RFC 9110, 8.8.3) of a list.
func etag(parts ...any) (string, error) {
	text, err := json.Marshal(parts)
	if err != nil {
		return "", fmt.Errorf("encoding the list: %w", err)
	}
	sum := sha256.Sum256(text)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`, nil
}

// matches reports whether If-None-Match names the tag (RFC 9110, 13.1.2). Proxies
// that compress make it weak.
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
}

// allowEveryOrigin lets scripts of every origin read an answer, without cookies or
// keys.
func allowEveryOrigin(set func(name, value string)) {
	set("Access-Control-Allow-Origin", "*")
	set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
	set("Access-Control-Allow-Headers", "*")
	set("Access-Control-Expose-Headers", "ETag, Link, RateLimit, RateLimit-Policy, Retry-After")
	set("Access-Control-Max-Age", "86400")
}
