package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// drain is the first part of a stop: the service says that it will go, and still
// answers, so that load balancers send new requests elsewhere before it does.
type drain struct {
	lasts time.Duration // 0: nobody has to notice
	// again returns a context that ends when the program is told to stop once more.
	again func(context.Context) (context.Context, context.CancelFunc)
	begun atomic.Bool
}

// wait begins it and returns when it is over.
func (d *drain) wait(ctx context.Context, log *slog.Logger) {
	d.begun.Store(true)
	log.Info("draining", "for", d.lasts.String())
	if d.lasts == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, d.lasts)
	defer cancel()
	ctx, stop := d.again(ctx)
	defer stop()
	<-ctx.Done()
}

// hangUp ends each connection with its next answer while the drain lasts (RFC 9112,
// section 9.6). Idle ones stay open: closing them could meet a request on its way.
func (d *drain) hangUp(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.begun.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
