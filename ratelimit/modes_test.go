package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// countsTogether wants two limiters to admit three between them, for as many clients as there are places to count in.
func countsTogether(t *testing.T, one, two *Limiter, clients string) {
	t.Helper()
	for n := range 30 { // spread over the nodes of a cluster
		client := Subject{Contact: fmt.Sprint(clients, n), Site: fmt.Sprint(clients, n)}
		for i, l := range []*Limiter{one, two, one, two} {
			if got := l.Take(t.Context(), SignUp, client); got.Allowed != (i < 3) || !l.Healthy() {
				t.Fatalf("attempt %d of client %d: got %+v, counted together: %t", i+1, n, got, l.Healthy())
			}
		}
	}
}

// twoLimiters are two processes as far as Redis can tell; they look for it only when asked.
func twoLimiters(t *testing.T, url, mode string) (one, two *Limiter) {
	t.Helper()
	key := newHashKey()
	limits := Limits{SignUp: {KeyContact: {{3, time.Hour}}, KeySite: {{9, time.Hour}}}}
	for _, l := range []**Limiter{&one, &two} {
		client, err := OpenRedis(url, mode)
		if err != nil {
			t.Fatal(err)
		}
		*l = closing(t, NewRedis(client, limits, key, slog.New(slog.DiscardHandler)))
		(*l).shared.stop()
	}
	return one, two
}

func lookForRedis(t *testing.T, limiters ...*Limiter) {
	t.Helper()
	for _, l := range limiters {
		eventually(t, func() error { return l.shared.check(t.Context()) })
	}
}

func TestSentinelLeadsToTheServerThatTookOver(t *testing.T) {
	first := newRedis(t)
	host, port, _ := net.SplitHostPort(first.address)
	second := newRedis(t, "--replicaof", host+" "+port)
	eventually(t, func() error {
		info, err := second.client.Info(t.Context(), "replication").Result()
		return errors.Join(err, want(strings.Contains(info, "master_link_status:up"), "the replica does not follow"))
	})
	sentinel := newSentinel(t, first)
	one, two := twoLimiters(t, "redis://"+sentinel.address+"?master_name=main", "sentinel")
	lookForRedis(t, one, two)
	countsTogether(t, one, two, "before ")

	first.stop()
	for n := range maxFailures {
		if got := one.Take(t.Context(), SignUp, Subject{Contact: fmt.Sprint(n)}); !got.Allowed {
			t.Errorf("got %+v", got)
		}
	}
	if one.Healthy() {
		t.Error("the outage is not noticed")
	}
	lookForRedis(t, one, two)
	countsTogether(t, one, two, "after ")
	if n, err := second.client.DBSize(t.Context()).Result(); err != nil || n == 0 {
		t.Errorf("%d counters are on the server that took over, %v", n, err)
	}
}

func newSentinel(t *testing.T, master *server) *server {
	t.Helper()
	host, port, _ := net.SplitHostPort(master.address)
	path := filepath.Join(t.TempDir(), "sentinel.conf")
	configuration := fmt.Sprintf("sentinel monitor main %s %s 1\nsentinel down-after-milliseconds main 500\n", host, port)
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, path, "--sentinel")
	eventually(t, func() error { // or it would not know whom to choose
		replicas, err := redis.NewSentinelClient(&redis.Options{Addr: s.address}).Replicas(t.Context(), "main").Result()
		return errors.Join(err, want(len(replicas) == 1, "the replica is not known"))
	})
	return s
}

func TestAClusterCountsOnAllItsNodes(t *testing.T) {
	nodes := newCluster(t, 3)
	one, two := twoLimiters(t, "redis://"+nodes[0].address+"?addr="+nodes[1].address, "cluster")
	lookForRedis(t, one, two)
	countsTogether(t, one, two, "before ")
	for _, n := range nodes {
		if size, err := n.client.DBSize(t.Context()).Result(); err != nil || size < 3 {
			t.Errorf("%d counters on a node, %v; want some on each", size, err)
		}
	}

	for _, n := range nodes[1:] {
		n.do(t, "SCRIPT", "FLUSH")
	}
	countsTogether(t, one, two, "forgetful ")

	nodes[2].stop()
	for n := range 30 {
		if got := one.Take(t.Context(), SignUp, Subject{Contact: fmt.Sprint(n)}); !got.Allowed {
			t.Errorf("got %+v", got)
		}
	}
	for range maxMissed {
		if one.shared.check(t.Context()) == nil {
			t.Error("a cluster without one of its nodes is taken for whole")
		}
	}
	if one.Healthy() {
		t.Error("the outage is not noticed")
	}
	nodes[2].start(t)
	lookForRedis(t, one, two)
	countsTogether(t, one, two, "after ")
}

// newCluster divides the slots among n servers.
func newCluster(t *testing.T, n int) []*server {
	t.Helper()
	const slots = 16384
	var nodes []*server
	for i := range n {
		node := newRedis(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-port", freePort(t))
		node.do(t, "CLUSTER", "ADDSLOTSRANGE", i*slots/n, (i+1)*slots/n-1)
		nodes = append(nodes, node)
	}
	for _, node := range nodes[1:] {
		host, port, _ := net.SplitHostPort(nodes[0].address)
		info, err := nodes[0].client.ConfigGet(t.Context(), "cluster-port").Result()
		if err != nil {
			t.Fatal(err)
		}
		node.do(t, "CLUSTER", "MEET", host, port, info["cluster-port"])
	}
	for _, node := range nodes {
		eventually(t, func() error { return whole(t.Context(), node, n) })
	}
	return nodes
}

func whole(ctx context.Context, node *server, n int) error {
	info, err := node.client.ClusterInfo(ctx).Result()
	knows := strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d", n))
	return errors.Join(err, want(knows, "the nodes have not found each other"))
}

func freePort(t *testing.T) string {
	t.Helper()
	l := listen(t, "127.0.0.1:0")
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
