package web

import "net/http"

// landingState is what a page has to say. Its value is part of the names of its words.
type landingState string

const (
	landingAsk        landingState = "ask"
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

func (s landingState) status() int {
	switch s {
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
	switch s {
	case landingAsk:
		return ""
	case landingDone, landingAlready:
		return "good"
	default:
		return "bad"
	}
}
