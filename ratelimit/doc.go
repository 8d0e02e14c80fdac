// Package ratelimit counts what clients do and says when it is too much.
//
// It owns the named buckets, their default limits, the RATE_LIMITS setting, the
// form of the counted keys, where counts are kept (in this process, or in Redis
// and shared by all processes), and the header fields that tell a client how it
// stands.
//
// It does not own the answer to a refused client (the doors write that), nor how
// a client's address is found (httpx does that).
//
// It may import the standard library, ulule/limiter, go-redis and golang-lru, and
// no other package of this program.
//
// # Default limits
//
// An honest shopper meets none of these, unless under attack. "ip" is one IPv4 address or one IPv6
// /64 network; "network" is the surrounding IPv4 /24 or IPv6 /48; "contact" is
// the address written to; "site" is the storefront.
//
//	bucket                     ip              network          contact          site
//	MARKETING_MATERIAL_SIGN_UP 60/1m+600/24h   240/1m+4000/24h  10/10m+40/24h    600/1m
//	MARKETING_PREFERENCES      120/1m+1200/24h 480/1m+8000/24h  20/10m+100/24h   3000/1m
//	MARKETING_TOKEN            300/1m          1200/1m          30/10m+200/24h   none
//	PUBLIC_LIST                600/1m          2400/1m          none             none
//	CAPTCHA                    10/1m+100/24h   40/1m+400/24h    none             600/1m
//
// MARKETING_TOKEN is wide because mail providers send the one-click
// unsubscriptions (RFC 8058) of many people from few addresses, and has no site
// limit because no flood may keep others from withdrawing consent. Its tokens
// cannot be guessed, so the limit only protects the machine.
//
// Whoever asks ten times for somebody else's address keeps its owner from signing
// up for ten minutes, and with forty times for a day; a crowd of clients can do so
// for a site. Withdrawing consent does not count for a site. A CAPTCHA lets people
// through all the same.
//
// CAPTCHA bounds how often a client can make us ask a provider, and how much a
// client that solves CAPTCHAs can do beyond the other limits.
//
// # What is admitted at most
//
// A window of count/period begins with the first attempt and admits exactly
// count, over all processes that share a Redis. Around its edge a client can be
// admitted twice the count in a short time; a second, longer window on the same
// key bounds what that is worth. While Redis is away each process admits half of
// each count for itself, on top of what Redis had counted. A Redis that forgets its
// data starts all windows anew.
//
// An attempt counts in all of its windows, or in none when one of them is full. So
// one hammering client can use up neither its site's allowance, nor its neighbours',
// nor anybody's next day. It is judged in three steps, and told of the first that
// refuses: the shortest windows of the client; its longer ones, and the shortest ones
// of what it is after (contact, site); the rest. A Redis Cluster counts step by step
// and takes a refused attempt back a moment later.
package ratelimit
