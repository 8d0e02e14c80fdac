// Package web serves the pages a person opens in a browser: the landing pages behind the links in messages, the sign-up
// page, GraphiQL, the development inbox, the demo storefront, and the static files they load.
//
// It owns its HTML templates, style sheets, scripts, the words of the landing pages and the vendored GraphiQL build;
// nothing is fetched from another host, but for the logo of a site. It does not decide where a page is mounted, who may
// see it, or in which mode the program runs, nor what a link may do: consent does.
// It imports brand, consent, httpx, locale, ratelimit and token.
//
// To add a locale to the landing pages, add a folder with the same files as landing/words/en, named in lower case: "nl",
// "pt-br". The words are plain text; a text of several lines becomes as many paragraphs.
package web
