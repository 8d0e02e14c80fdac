package ratelimit

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// redisTimeout bounds one step of talking to Redis. Counting is not worth more
// of a shopper's time.
const redisTimeout = 100 * time.Millisecond

// OpenRedis returns a client for the REDIS_URL and REDIS_MODE settings without
// connecting yet. The URL is redis:// or rediss:// (TLS); by mode:
//
//   - single, or "": redis://user:password@host:port/db
//   - sentinel: redis://sentinel-user:sentinel-password@sentinel:port/db?master_name=name,
//     more sentinels as &addr=host:port, the server's own credentials as
//     &username=…&password=…
//   - cluster: redis://user:password@host:port, more nodes as ?addr=host:port
//
// Timeouts of 100 ms can be changed in the URL (dial_timeout, read_timeout,
// write_timeout, pool_timeout). Commands are never retried.
//
// Errors do not repeat the URL, which may hold a password. The client library's
// own log, one for the process, is turned off: it writes a line, with host
// names, each time a connection fails.
func OpenRedis(url, mode string) (redis.UniversalClient, error) {
	logging.Disable()
	switch mode {
	case "", "single":
		return openSingle(url)
	case "sentinel":
		return openSentinel(url)
	case "cluster":
		return openCluster(url)
	}
	return nil, fmt.Errorf("reading Redis mode %q: want single, sentinel or cluster", mode)
}

func openSingle(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("reading Redis URL: want redis:// or rediss://user:password@host:port/db")
	}
	bound(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
	o.DisableIdentity, o.MaintNotificationsConfig = true, noMaintenance()
	return redis.NewClient(o), nil
}

func openSentinel(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseFailoverURL(url)
	if err != nil || o.MasterName == "" {
		return nil, errors.New("reading Redis URL: want redis:// or rediss://sentinel:port/db?master_name=name&addr=sentinel:port")
	}
	bound(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
	o.DisableIdentity = true
	return redis.NewFailoverClient(o), nil
}

func openCluster(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(url)
	if err != nil {
		return nil, errors.New("reading Redis URL: want redis:// or rediss://user:password@host:port?addr=host:port")
	}
	bound(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
	o.DisableIdentity, o.MaintNotificationsConfig = true, noMaintenance()
	return redis.NewClusterClient(o), nil
}

// bound sets the timeouts that the URL left open.
func bound(timeouts ...*time.Duration) {
	for _, t := range timeouts {
		*t = cmp.Or(*t, redisTimeout)
	}
}

// noMaintenance saves a round trip on each connection for notices that only a
// hosted product sends.
func noMaintenance() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}
