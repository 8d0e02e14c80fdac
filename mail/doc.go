// Package mail turns one queued message into the e-mail a person reads, subject, plain text, HTML and headers, and
// sends it.
//
// It owns the wording, one folder of templates per locale, and the layout that all of them share. Each kind of message
// is written once and laid out twice, so that its plain text and its HTML cannot say different things.
// It also hands mail to an SMTP server: over TLS, with a login, signed with DKIM, over connections that it reuses.
// It does not decide whether a message may be sent, make links, queue anything, or try again: a Failure tells the
// caller whether that is of use.
// It imports brand and locale, and mailtest in its tests.
//
// To add a locale, add a folder with the same files as templates/en, named in lower case: "nl", "pt-br". A file holds
// plain text: typographic quotes, and neither "<" nor "&", because it goes into the HTML as it is.
package mail
