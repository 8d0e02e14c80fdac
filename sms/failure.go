package sms

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// Failure is the answer of a provider that did not take a message. It holds none of the provider's words, which may quote
// the number.
type Failure struct { //nolint:errname // called like its twin in package mail
	Status int // HTTP status
	Code   int // https://www.twilio.com/docs/api/errors, five digits at most; 0 when there was none
}

func (f *Failure) Error() string {
	if f.Code == 0 {
		return fmt.Sprintf("the provider did not take a text message: status %d", f.Status)
	}
	return fmt.Sprintf("the provider did not take a text message: status %d, code %d", f.Status, f.Code)
}

// Permanent reports whether the same message would be refused again. What is wrong with our account, sender or URL, or
// with the provider, is not permanent: once it is repaired, the message can go out.
func (f *Failure) Permanent() bool {
	if f.NoSuchRecipient() || f.OptedOut() {
		return true
	}
	return f.Status >= 400 && f.Status < 500 && !f.concernsUs()
}

// NoSuchRecipient reports whether no text message ever reaches this number: it is invalid (21211), not a mobile one
// (21614) or a landline (21635).
func (f *Failure) NoSuchRecipient() bool {
	return slices.Contains([]int{21211, 21614, 21635}, f.Code)
}

// Unavailable reports whether the provider takes nothing from us at present, whatever the message.
func (f *Failure) Unavailable() bool {
	return slices.Contains([]int{http.StatusUnauthorized, http.StatusProxyAuthRequired, http.StatusTooManyRequests,
		http.StatusServiceUnavailable}, f.Status)
}

// unreached is the failure to reach the provider at all.
type unreached struct{ error }

func (unreached) Unavailable() bool { return true }

func (u unreached) Unwrap() error { return u.error }

// OptedOut reports whether the person has told the provider STOP (21610). The number is good, and only the person can
// undo it, so it is a withdrawal of consent that reached the provider first.
func (f *Failure) OptedOut() bool { return f.Code == 21610 }

func (f *Failure) concernsUs() bool {
	switch f.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound,
		http.StatusMethodNotAllowed, http.StatusProxyAuthRequired, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	}
	switch f.Code {
	case 10001, 90010, // account not active
		21212, 21601, 21606, 21659, 21660, // sender not valid, or not of this account
		21608,        // account on trial
		21611, 63038, // sender's queue full, day's quota used up
		21701, 21703, 21704, 21705: // messaging service unknown, or without a sender
		return true
	}
	return false
}

// errorCode finds the code in the body of a refusal: {"code": 21614, …}. Some providers quote it. What is longer than a
// code is none; it might be the number.
func errorCode(body []byte) int {
	var answer struct {
		Code json.Number `json:"code"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return 0
	}
	code, err := answer.Code.Int64()
	if err != nil || code < 1 || code > 99999 {
		return 0
	}
	return int(code)
}
