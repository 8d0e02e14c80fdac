package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"assent/store/storetest"
)

// flood is what somebody sends to four processes at once, more of it than any limit admits.
type flood struct {
	site string
	from func(n int) (peer, forwardedFor string) // the address that connects, and what the header says
	asks func(n int) string                      // the address that the question is about
}

const attempts = 400

// TestAdmissionsOfFourProcesses has four processes share one Redis, the way they do behind a load balancer, which the
// tests play: 127.0.0.1 is trusted, any other address is a client.
func TestAdmissionsOfFourProcesses(t *testing.T) {
	t.Parallel()
	const ofAddress, ofNetwork, ofContact, ofSite = 20, 50, 15, 120
	limits := fmt.Sprintf("RATE_LIMITS=MARKETING_PREFERENCES.ip=%d/1h+%d/24h,MARKETING_PREFERENCES.network=%d/1h,"+
		"MARKETING_PREFERENCES.contact=%d/1h,MARKETING_PREFERENCES.site=%d/1h", ofAddress, 2*ofAddress, ofNetwork, ofContact, ofSite)
	s := openProduction(t, storetest.Postgres(t), "TRUSTED_PROXIES=127.0.0.1", limits)
	defer s.close(t)
	processes := []*process{s.process}
	for range 3 {
		p := start(t, s.settings...)
		t.Cleanup(func() { p.stop(t) })
		processes = append(processes, p)
	}
	somebody := func(n int) string { return fmt.Sprintf("somebody%d@%s", n, mailDomain) }
	tests := []struct {
		name  string
		flood flood
		want  int64
	}{
		{"one address that forges what stands before it", flood{single, func(n int) (string, string) {
			return "127.0.0.1", fmt.Sprintf("198.51.%d.%d, %s.1", n/200, n%200, clientNetwork)
		}, somebody}, ofAddress},
		{"one address that passes by the proxy and forges the header", flood{single, func(n int) (string, string) {
			return "127.0.0.2", fmt.Sprintf("198.51.%d.%d", n/200, n%200)
		}, somebody}, ofAddress},
		{"a subscriber who rotates through a /64", flood{plain, func(n int) (string, string) {
			return "127.0.0.1", fmt.Sprintf("2001:db8:1:1:%x:%x::%x", n, n*7, n)
		}, somebody}, ofAddress},
		{"a subscriber who rotates through the /64 networks of a /48", flood{plain, func(n int) (string, string) {
			return "127.0.0.1", fmt.Sprintf("2001:db8:2:%x::1", n)
		}, somebody}, ofNetwork},
		{"many clients after one address", flood{double, everywhere, func(int) string { return "target@" + mailDomain }}, ofContact},
		{"many clients at one site", flood{discreet, everywhere, somebody}, ofSite},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.flood.admitted(t, processes); got != tt.want {
				t.Errorf("%d of %d attempts are admitted, want exactly %d", got, attempts, tt.want)
			}
		})
	}
	for _, p := range processes {
		if strings.Contains(p.log.String(), "Redis fails") {
			t.Error("a process did not count in Redis")
		}
	}
}

// everywhere is a client in a network of its own.
func everywhere(n int) (string, string) { return "127.0.0.1", fmt.Sprintf("10.%d.%d.1", n/250, n%250) }

// admitted sends every attempt to the next of the processes, two to each at a time.
func (f flood) admitted(t *testing.T, processes []*process) int64 {
	t.Helper()
	var next, admitted atomic.Int64
	var clients sync.WaitGroup
	for i := range 2 * len(processes) {
		clients.Go(func() {
			for n := int(next.Add(1)); n <= attempts; n = int(next.Add(1)) {
				if f.isAdmitted(t, processes[i%len(processes)], n) {
					admitted.Add(1)
				}
			}
		})
	}
	clients.Wait()
	return admitted.Load()
}

func (f flood) isAdmitted(t *testing.T, p *process, n int) bool {
	peer, forwardedFor := f.from(n)
	body := graphQL(t, fmt.Sprintf(membershipFor, f.asks(n)), nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return false
	}
	request.Header = http.Header{
		"Content-Type": {"application/json"}, "X-Site-Id": {f.site}, "X-Forwarded-For": {forwardedFor},
		"Forwarded": {"for=" + forwardedFor}, "X-Real-Ip": {forwardedFor}, "True-Client-Ip": {forwardedFor},
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(peer)}}
	transport := &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Error(err)
		return false
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	refused := bytes.Contains(answer, []byte("RATE_LIMITED"))
	if err != nil || !refused && !bytes.Contains(answer, []byte("DOES_NOT_RECEIVE_MARKETING_MATERIAL")) {
		t.Errorf("got %s %v", answer, err)
	}
	return !refused
}
