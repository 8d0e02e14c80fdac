package sms

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestARefusalSaysWhetherToTryAgainAndWhatToDoAboutTheNumber(t *testing.T) {
	const again, never, noNumber, stop = "try again", "never again", "no such recipient", "opted out"
	tests := map[string]struct {
		status int
		body   string
		code   int
		want   string
	}{
		"too fast":                            {429, `{"code":20429}`, 20429, again},
		"the provider was too slow":           {408, ``, 0, again},
		"the provider is broken":              {500, `{"code":20500}`, 20500, again},
		"the provider is down":                {503, `<html>`, 0, again},
		"a wrong token":                       {401, `{"code":20003}`, 20003, again},
		"no money left":                       {402, ``, 0, again},
		"a forbidden account":                 {403, `{"code":10001}`, 10001, again},
		"a wrong URL":                         {404, `{"code":20404}`, 20404, again},
		"a page that is no API":               {405, ``, 0, again},
		"a proxy wants a login":               {407, ``, 0, again},
		"a redirect":                          {301, ``, 0, again},
		"a sender of another account":         {400, `{"code":21660}`, 21660, again},
		"a sender that cannot send":           {400, `{"code":21606}`, 21606, again},
		"a full queue":                        {400, `{"code":21611}`, 21611, again},
		"the day's quota used up":             {400, `{"code":63038}`, 63038, again},
		"a message too long":                  {400, `{"code":21617}`, 21617, never},
		"a country not enabled":               {400, `{"code":21408}`, 21408, never},
		"no route from this sender to there":  {400, `{"code":21612}`, 21612, never},
		"a refusal without a reason":          {400, ``, 0, never},
		"a refusal that is no JSON":           {422, `The number +447700900123 is bad`, 0, never},
		"JSON of another shape":               {400, `["+447700900123"]`, 0, never},
		"a code that is a number of a person": {400, `{"code":447700900123}`, 0, never},
		"a code that is a sentence":           {400, `{"code":"+447700900123 is bad"}`, 0, never},
		"a negative code":                     {400, `{"code":-21211}`, 0, never},
		"an invalid number":                   {400, `{"code":21211,"message":"+447700900123 is no number"}`, 21211, noNumber},
		"a number that is not mobile":         {400, `{"code":21614}`, 21614, noNumber},
		"a landline":                          {400, `{"code":21635}`, 21635, noNumber},
		"a landline, code in quotes":          {422, `{"code":"21635"}`, 21635, noNumber},
		"a person who replied STOP":           {400, `{"code":21610}`, 21610, stop},
		"a person who replied STOP, with 403": {403, `{"code":21610}`, 21610, stop},
	}
	for name, test := range tests {
		provider := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		})
		err := provider.sender.Send(t.Context(), "id", number, "Hello")
		var failure *Failure
		if !errors.As(err, &failure) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		want := Failure{test.status, test.code}
		if *failure != want || failure.Permanent() != (test.want != again) ||
			failure.NoSuchRecipient() != (test.want == noNumber) || failure.OptedOut() != (test.want == stop) {
			t.Errorf("%s: %v, permanent %v, no such recipient %v, opted out %v", name, failure,
				failure.Permanent(), failure.NoSuchRecipient(), failure.OptedOut())
		}
		provider.checkSilence(t, err)
	}
}

func TestAProviderThatTakesNothingIsUnavailable(t *testing.T) {
	for status, want := range map[int]bool{401: true, 429: true, 503: true, 400: false, 403: false, 500: false} {
		if got := (&Failure{Status: status}).Unavailable(); got != want {
			t.Errorf("%d: %t", status, got)
		}
	}
	down := newTestSender(t, "http://AC12:"+token+"@127.0.0.1:1?from=%2B447400000000")
	var unreachable interface{ Unavailable() bool }
	if err := down.Send(t.Context(), "id", number, "Hello"); !errors.As(err, &unreachable) || !unreachable.Unavailable() {
		t.Errorf("a provider that is down: %v", err)
	}
}

func TestARefusalWhoseReasonBreaksOffIsTriedAgain(t *testing.T) {
	provider := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusBadRequest)
	})
	err := provider.sender.Send(t.Context(), "id", number, "Hello")
	var failure *Failure
	if err == nil || errors.As(err, &failure) {
		t.Errorf("got %v", err)
	}
	provider.checkSilence(t, err)
}

func TestAHugeAnswerIsNotReadToItsEnd(t *testing.T) {
	for status, refused := range map[int]bool{http.StatusCreated: false, http.StatusBadRequest: true} {
		cut := make(chan struct{})
		provider := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
			defer close(cut)
			w.WriteHeader(status)
			for chunk := strings.Repeat(number, 1000); ; { // until the sender hangs up
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		})
		err := provider.sender.Send(t.Context(), "id", number, "Hello")
		if (err != nil) != refused {
			t.Errorf("status %d: got %v", status, err)
		}
		<-cut
	}
}
