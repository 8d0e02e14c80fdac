package web

import "net/http"

// landingState is what a page has to say. Its value is part of the names of its words.
type landingState string

const (
	landingAsk        landingState = "ask"
	landingInvalid    landingState = "invalid" // asks again: there is no address
	landingAgain      landingState = "again"   // asks again: too soon, or not the form as it is now
	landingForeign    landingState = "foreign" // asks first: the form was sent by another site's page
	landingMailbox    landingState = "mailbox" // a mail tells how to go on
	landingDone       landingState = "done"
	landingAlready    landingState = "already"
	landingExpired    landingState = "expired"
	landingUnknown    landingState = "unknown"
	landingUnreadable landingState = "unreadable"
	landingTooMany    landingState = "limited"
	landingFailed     landingState = "failed"
)

// ofLink reports whether the page is about a link that works, and is worded for what that link does.
func (s landingState) ofLink() bool {
	return s == landingAsk || s == landingDone || s == landingAlready
}

// asks reports whether the page has a button.
func (s landingState) asks() bool {
	return s == landingAsk || s == landingInvalid || s == landingAgain || s == landingForeign
}

func (s landingState) status() int {
	switch s {
	case landingInvalid, landingAgain:
		return http.StatusUnprocessableEntity
	case landingForeign:
		return http.StatusForbidden
	case landingExpired:
		return http.StatusGone
	case landingUnknown:
		return http.StatusNotFound
	case landingUnreadable:
		return http.StatusBadRequest
	case landingTooMany:
		return http.StatusTooManyRequests
	case landingFailed:
		return http.StatusInternalServerError
	default:
		return http.StatusOK
	}
}

// mark is the sign at the head of the page; empty: there is none.
func (s landingState) mark() string {
	switch {
	case s.asks():
		return ""
	case s == landingMailbox:
		return "mail"
	case s == landingDone, s == landingAlready:
		return "good"
	default:
		return "bad"
	}
}
