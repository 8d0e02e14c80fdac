package admin

import (
	"net/url"

	"assent/backoffice"

	"github.com/danielgtaylor/huma/v2"
)

// Paging is what every list can be asked for.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many items to answer with"`
	Cursor string `query:"cursor" maxLength:"512" doc:"Where to go on: from the Link header of the page before"`

	url url.URL
}

// Resolve notes the request, for the link to the next page.
func (p *Paging) Resolve(ctx huma.Context) []error {
	p.url = ctx.URL()
	return nil
}

func (p *Paging) page() (backoffice.Page, error) {
	after, err := backoffice.ParseCursor(p.Cursor)
	return backoffice.Page{Limit: p.Limit, After: after}, err
}

// Listed is an answer that lists something.
type Listed[T any] struct {
	Link string `header:"Link" doc:"The next page, as <…>; rel=\"next\" (RFC 8288); absent on the last"`
	Body []T
}

// list asks for the page and answers with it.
func list[T any](p *Paging, find func(backoffice.Page) (backoffice.List[T], error)) (*Listed[T], error) {
	page, err := p.page()
	if err != nil {
		return nil, err
	}
	found, err := find(page)
	if err != nil {
		return nil, err
	}
	return &Listed[T]{Link: nextLink(p.url, found.Next), Body: append([]T{}, found.Items...)}, nil
}

// nextLink is the request with another cursor; empty when there is no next page.
func nextLink(u url.URL, next string) string {
	if next == "" {
		return ""
	}
	query := u.Query()
	query.Set("cursor", next)
	return "<" + u.EscapedPath() + "?" + query.Encode() + `>; rel="next"`
}
