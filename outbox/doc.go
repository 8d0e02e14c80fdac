// Package outbox turns queued messages into letters: it finds the links a message
// needs and has it written in the site's name and locale.
//
// It does not decide which messages are sent; that is done by consent, in the
// same transaction as the consent itself. It may import consent, token, mail and
// sms.
package outbox
