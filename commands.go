package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"assent/auth"
	"assent/config"
)

type tokenCommand struct {
	Sub     string        `required:"" help:"customer id"`
	Email   string        `help:"e-mail address"`
	Phone   string        `help:"telephone number"`
	Address string        `help:"postal address; any text means that there is one"`
	Name    string        `help:"name"`
	TTL     time.Duration `name:"ttl" default:"24h" help:"how long it can be used"`
}

// Run prints a token signed with JWT_SECRET, or the development secret in
// DATA_DIR.
func (c tokenCommand) Run(out io.Writer, s *config.Settings) error {
	if err := s.Generate(); err != nil {
		return err
	}
	if s.JWTSecret == "" {
		return errors.New("JWT_SECRET is not set, so logins are signed by somebody else")
	}
	customer := auth.Customer{ID: c.Sub, Email: c.Email, PhoneNumber: c.Phone, Name: c.Name, HasAddress: c.Address != ""}
	login, err := auth.Sign([]byte(s.JWTSecret), customer, loginRules(s), time.Now(), c.TTL)
	if err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	fmt.Fprintln(out, login)
	return nil
}

type healthcheckCommand struct{}

// Run asks the service on this machine, for images without a shell.
func (healthcheckCommand) Run(ctx context.Context, s *config.Settings) error {
	host, port, err := net.SplitHostPort(s.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if ip, err := netip.ParseAddr(host); err != nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("asking for health: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking for health: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the service is not healthy: status %d", response.StatusCode)
	}
	return nil
}
