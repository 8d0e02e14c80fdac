package store

import (
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lib/pq"
)

var (
	errUnencrypted = errors.New("sslmode must be require, verify-ca or verify-full, since the database is not on this machine")
	errPorts       = errors.New("several hosts have their ports among the parameters: postgres:///name?host=one,two&port=5432,5433")
)

// CheckURL refuses a sqlite:// URL that names no file, and a postgres:// URL that cannot
// be read, that has ports where the driver does not look for them, or with which
// consents could travel unencrypted to another machine. What the URL leaves open the
// driver takes from the environment (PGSSLMODE, PGHOST and so on) and from a service
// file; without any sslmode it encrypts.
func CheckURL(databaseURL string) error {
	if path, isFile := strings.CutPrefix(databaseURL, "sqlite://"); isFile {
		return checkFile(path)
	}
	if !strings.HasPrefix(databaseURL, "postgres") {
		return nil
	}
	c, err := pq.NewConfig(databaseURL)
	if err != nil {
		return errUnreadable
	}
	servers := slices.Concat(c.Multi, []pq.ConfigMultihost{{Host: c.Host, Hostaddr: c.Hostaddr}})
	if len(servers) > 1 && slices.ContainsFunc(servers, hasPort) {
		return errPorts
	}
	switch c.SSLMode {
	case pq.SSLModeDisable, pq.SSLModeAllow, pq.SSLModePrefer:
	default:
		return nil
	}
	for _, server := range servers {
		if !isLocal(server.Host, server.Hostaddr) {
			return errUnencrypted
		}
	}
	return nil
}

// hasPort reports whether the driver takes a port for a part of the host.
func hasPort(server pq.ConfigMultihost) bool {
	_, _, err := net.SplitHostPort(server.Host) // which wants IPv6 in brackets
	return err == nil
}

// isLocal reports whether the driver reaches this machine there, by loopback or by a
// Unix socket. An address counts before a name.
func isLocal(host string, address netip.Addr) bool {
	if !address.IsValid() {
		if host == "" || host == "localhost" || filepath.IsAbs(host) || strings.HasPrefix(host, "@") {
			return true
		}
		var err error
		if address, err = netip.ParseAddr(strings.Trim(host, "[]")); err != nil {
			return false
		}
	}
	return address.Unmap().IsLoopback()
}
