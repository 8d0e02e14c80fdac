// Package mail turns one queued message into the e-mail a person reads: subject, plain text, HTML and headers.
//
// It owns the wording, one folder of templates per locale, and the layout that all of them share. Each kind of message
// is written once and laid out twice, so that its plain text and its HTML cannot say different things.
// It does not decide whether a message may be sent, make links, or queue anything.
// It imports brand and locale.
//
// To add a locale, add a folder with the same files as templates/en, named in lower case: "nl", "pt-br". A file holds
// plain text: typographic quotes, and neither "<" nor "&", because it goes into the HTML as it is.
package mail
