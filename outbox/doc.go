// Package outbox sends the messages that wait in the outbox. A Composer turns a
// queued message into a letter, in its site's name and locale and with the links
// it needs; a Worker claims what is due on one channel, looks once more whether
// it is still wanted, and hands it to a Sender.
//
// It does not decide which messages are sent, nor when one is moot; that is done
// by consent, the first in the same transaction as the consent itself. It speaks
// no protocol: mail and sms do. It may import consent, token, mail and sms.
package outbox
