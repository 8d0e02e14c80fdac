package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"assent/demo"
	"assent/store"
)

const secret = "bench-secret-bench-secret-bench-secret"

// program is a running service.
type program struct {
	address  string
	database string
	command  *exec.Cmd
	sent     atomic.Int64 // numbers the requests
}

func build(ctx context.Context, folder string) (string, error) {
	binary := filepath.Join(folder, "assent")
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, "assent")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("building the program: %w", err)
	}
	return binary, nil
}

// wideLimits are as many windows as by default, counted in Redis, which nobody here reaches.
func wideLimits() []string {
	const bucket = "MARKETING_MATERIAL_SIGN_UP"
	return []string{"REDIS_URL=" + os.Getenv("TEST_REDIS_URL"), "RATE_LIMITS=" + bucket + ".ip=1000000000/1m+1000000000/24h," +
		bucket + ".network=1000000000/1m+1000000000/24h," + bucket + ".contact=1000000000/10m+1000000000/24h," + bucket + ".site=1000000000/1m"}
}

// start defines the demo shop in the database and starts the service on it. Settings come on top.
func start(ctx context.Context, binary, database, databaseURL string, settings ...string) (*program, error) {
	if err := seed(ctx, databaseURL); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("finding a port: %w", err)
	}
	p := &program{address: listener.Addr().String(), database: database}
	if err := listener.Close(); err != nil {
		return nil, fmt.Errorf("finding a port: %w", err)
	}
	p.command = exec.CommandContext(ctx, binary)
	p.command.Env = append(os.Environ(), "DATABASE_URL="+databaseURL, "LISTEN_ADDR="+p.address, "RATE_LIMITS=off", "INTROSPECTION=true",
		"PUBLIC_URL=http://"+p.address, "ASSENT_SECRET="+secret, "JWT_SECRET="+secret, "ADMIN_API_KEY="+secret, "DRAIN_TIME=0s")
	p.command.Env = append(p.command.Env, settings...)
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("starting the program: %w", err)
	}
	if err := p.await(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

func seed(ctx context.Context, databaseURL string) error {
	s, err := store.Open(ctx, databaseURL, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.Migrate(ctx); err != nil {
		return err
	}
	if empty, err := s.Empty(ctx); err != nil || !empty {
		return err
	}
	return demo.Define(ctx, s, "bench")
}

func (p *program) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", nil)
		if err != nil {
			return fmt.Errorf("waiting for the program: %w", err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			p.stop()
			return fmt.Errorf("waiting for the program: %w", ctx.Err())
		}
	}
}

func (p *program) stop() {
	_ = p.command.Process.Signal(os.Interrupt)
	_ = p.command.Wait()
}

// signUps subscribes one new address a request.
func (p *program) signUps() workload {
	const query = `mutation($i: SignUpForMarketingInput!) { signUpForMarketing(input: $i) }`
	const marker = "000000000000" // replaced by the number of the request
	request := p.post("", query, map[string]any{"i": map[string]any{
		"type": "EMAIL", "contactDetails": "shopper-" + marker + "@example.com",
		"auditData": auditData(),
	}})
	before, after, _ := bytes.Cut(request, []byte(marker))
	return workload{
		want: func(int64) string { return `"signUpForMarketing":"OK"` }, sent: &p.sent,
		request: func(into []byte, n int64) []byte {
			return append(fmt.Appendf(append(into, before...), "%012d", n), after...)
		},
	}
}

func auditData() map[string]string {
	return map[string]string{
		"messageShown": "Yes, send me offers by e-mail", "formIdentifier": "footer", "formLocation": "https://shop.example/",
	}
}

// empty asks for nothing that has to be looked up: what HTTP and GraphQL cost by themselves.
func (p *program) empty() workload {
	request := p.post("", "{ __typename }", nil)
	return workload{
		want: func(int64) string { return `"__typename":"Query"` }, sent: &p.sent,
		request: func(into []byte, _ int64) []byte { return append(into, request...) },
	}
}

func (p *program) post(header, query string, variables map[string]any) []byte {
	body, _ := json.Marshal(map[string]any{"query": query, "variables": variables})
	return fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: %s\r\nX-Site-Id: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
		p.address, demo.Site, header, len(body), body)
}
