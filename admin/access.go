package admin

import (
	"context"
	"errors"
	"net/http"

	"assent/auth"
	"assent/httpx"
	"assent/ratelimit"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// keyScheme is what the OpenAPI document calls the way to present a key.
const keyScheme = "apiKey"

type callerKey struct{}

// callerFrom returns the key that the request was made with.
func callerFrom(ctx context.Context) auth.APIKey {
	key, _ := ctx.Value(callerKey{}).(auth.APIKey)
	return key
}

// authenticate lets in who has a key with the role for the operation, before
// anything of the request is looked at.
func (a *API) authenticate(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store") // unless the operation says otherwise
	if len(ctx.Operation().Security) == 0 {
		allowEveryOrigin(ctx.SetHeader)
		a.admit(ctx, next)
		return
	}
	key, err := a.keys.Authenticate(ctx.Context(), ctx.Header("Authorization"))
	switch {
	case errors.Is(err, auth.ErrUnknownKey):
		ctx.SetHeader("WWW-Authenticate", "Bearer")
		refuse(ctx, problem(http.StatusUnauthorized, "a valid API key is required"))
	case err != nil:
		refuse(ctx, a.failure(ctx.Context(), err))
	case key.Role != auth.Admin && changes(ctx.Operation().Method):
		refuse(ctx, problem(http.StatusForbidden, "this key may only read"))
	default:
		next(huma.WithContext(ctx, context.WithValue(ctx.Context(), callerKey{}, key)))
	}
}

// admit lets in everybody, within the limits.
func (a *API) admit(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	d := a.limits.Take(r.Context(), ratelimit.PublicList, ratelimit.Subject{IP: httpx.ClientFrom(r.Context()).IP})
	if !d.Allowed { // caches would show others how one client stands, so it is told only then
		d.SetHeader(w.Header())
		refuse(ctx, problem(http.StatusTooManyRequests, "too many requests: try again later"))
		return
	}
	next(ctx)
}

func refuse(ctx huma.Context, p *Problem) {
	_, w := humago.Unwrap(ctx)
	writeProblem(w, p)
}
