package captcha

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"assent/consent"
)

// minScore is what reCAPTCHA v3 must think of a visitor, from 0 (a program) to 1 (a
// person): the threshold that its documentation starts from.
const minScore = 0.5

// answer is what the providers say of a token, in the words they have in common.
type answer struct {
	Success *bool    `json:"success"`
	Codes   []string `json:"error-codes"`
	Score   *float64 `json:"score"`
}

// parseAnswer reads an answer. With a status of 4xx it can say what is wrong, but
// not that the token is good.
func parseAnswer(status int, text []byte) (answer, *failure) {
	var a answer
	switch {
	case status >= http.StatusInternalServerError, status == http.StatusTooManyRequests:
		return answer{}, unavailable("status " + strconv.Itoa(status))
	case json.Unmarshal(text, &a) != nil, a.Success == nil, *a.Success && status != http.StatusOK:
		return answer{}, unavailable("an answer that is none, with status " + strconv.Itoa(status))
	}
	return a, nil
}

// passes tells a token that is not good, which is the visitor's affair, from a
// check that did not happen. Only hCaptcha's paying customers are told a score by
// another provider than reCAPTCHA, and there it has the opposite sense.
func (a answer) passes(p consent.CaptchaProvider) (bool, *failure) {
	switch {
	case *a.Success:
		return p != consent.ReCaptcha || a.Score == nil || *a.Score >= minScore, nil
	case slices.Contains(a.Codes, "invalid-input-secret"), slices.Contains(a.Codes, "missing-input-secret"):
		return false, &failure{kind: kindRefused}
	case slices.Contains(a.Codes, "internal-error"):
		return false, unavailable("its own failure")
	default:
		return false, nil
	}
}
