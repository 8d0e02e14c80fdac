// Package sms writes the text messages a person reads, and sends them.
//
// It owns the wording, one folder of templates per locale: to add a locale, add a folder with the same files as
// templates/en, named in lower case. Keep to the GSM 03.38 alphabet: one other letter halves what fits into a message.
// It owns the talk with the provider too: Twilio's Messages API, which others speak as well.
// It does not decide whether a message may be sent or sent again, make links, or queue anything.
// It imports locale.
package sms
