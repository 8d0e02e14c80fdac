// Package web serves the pages a person opens in a browser: GraphiQL, the development inbox, and the static files they load.
//
// It owns its HTML templates, style sheets, scripts and the vendored GraphiQL build; nothing is fetched from another host.
// It does not decide where a page is mounted, who may see it, or in which mode the program runs.
// It imports the standard library only.
package web
