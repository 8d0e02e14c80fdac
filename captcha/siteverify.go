package captcha

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"assent/consent"
)

// maxAnswer is how much of a provider's answer is read, in bytes.
const maxAnswer = 64 << 10

// verifyURL is where a provider checks tokens, as its documentation says.
func verifyURL(p consent.CaptchaProvider) string {
	switch p {
	case consent.HCaptcha:
		return "https://api.hcaptcha.com/siteverify"
	case consent.ReCaptcha:
		return "https://www.google.com/recaptcha/api/siteverify"
	default:
		return "https://challenges.cloudflare.com/turnstile/v0/siteverify"
	}
}

// ask sends the secret and the token. All three providers take the visitor's
// address too (remoteip) and none needs it, so it stays with us.
func (v *Verifier) ask(ctx context.Context, address, secret, token string) (answer, *failure) {
	form := url.Values{"secret": {secret}, "response": {token}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, unavailable("an address that is none")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	response, err := v.client.Do(request)
	if err != nil {
		return answer{}, unavailable(reason(err))
	}
	defer response.Body.Close()
	text, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, maxAnswer))
	if err != nil {
		return answer{}, unavailable(reason(err))
	}
	return parseAnswer(response.StatusCode, text)
}
