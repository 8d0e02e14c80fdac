// Package admin is the REST door of the back office: the operations of the
// contract's section 4, described by an OpenAPI 3.1 document at /openapi.json.
//
// It owns paths, bodies, statuses, problems (RFC 9457) and paging links. What may
// be defined and by whom is backoffice's; who a key belongs to is auth's.
//
// It may import auth, backoffice, consent, httpx and ratelimit.
//
// openapi.json is written by `go generate`; what is served is the same document.
package admin

//go:generate go run ./openapi
