package mail

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Server is where mail is handed in. Printing it shows host and port, never user or password.
type Server struct {
	host       string
	port       string
	encryption encryption
	login      login // nil: no authentication
}

// login is a function because that is what fmt cannot look into, inside whatever struct and with whatever verb.
type login func() (user, password string)

type encryption string

const (
	implicit      encryption = "implicit"      // TLS from the first byte
	mandatory     encryption = "mandatory"     // STARTTLS or nothing
	opportunistic encryption = "opportunistic" // STARTTLS when offered
	unencrypted   encryption = "none"
)

// ParseServer reads smtp://user:password@host:587 or smtps://user:password@host:465. The port may be left out; without
// user and password there is no authentication.
//
// smtps speaks TLS from the first byte. smtp with a user insists on STARTTLS, unless the host is this machine; without
// a user it takes STARTTLS when offered. "?tls=mandatory", "opportunistic" or "none" says otherwise, for smtp only.
// Certificates are verified in every case.
//
// Errors say what is wrong and never quote the text, which holds a password.
func ParseServer(text string) (Server, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Server{}, errors.New("not a URL (special characters in user and password must be percent-encoded)")
	}
	if err := checkParts(u); err != nil {
		return Server{}, err
	}
	var s Server
	if s.host, err = parseHost(u.Hostname()); err != nil {
		return Server{}, err
	}
	if s.port, err = parsePort(u); err != nil {
		return Server{}, err
	}
	if s.login, err = parseLogin(u.User); err != nil {
		return Server{}, err
	}
	if s.encryption, err = parseEncryption(u, s); err != nil {
		return Server{}, err
	}
	return s, nil
}

// String returns host and port.
func (s Server) String() string {
	return net.JoinHostPort(s.host, s.port)
}

// GoString keeps the login out of %#v, too.
func (s Server) GoString() string {
	return fmt.Sprintf("mail.Server(%q)", s.String())
}

func checkParts(u *url.URL) error {
	switch {
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		return errors.New("the scheme must be smtp or smtps")
	case u.Opaque != "":
		return errors.New("two slashes must follow the scheme")
	case u.Path != "":
		return errors.New("there must be no path")
	case u.Fragment != "":
		return errors.New("there must be no fragment")
	}
	return nil
}

func parseHost(host string) (string, error) {
	if host == "" {
		return "", errors.New("the host is missing")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host, nil
	}
	name, err := asciiDomain(host)
	if err != nil || len(name) > 253 || !regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`).MatchString(name) {
		return "", errors.New("the host is neither a name nor an IP address")
	}
	return name, nil
}

func parsePort(u *url.URL) (string, error) {
	switch {
	case strings.HasSuffix(u.Host, ":"):
		return "", errors.New("the port is missing after the colon")
	case u.Port() != "":
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil || port == 0 {
			return "", errors.New("the port must be between 1 and 65535")
		}
		return strconv.FormatUint(port, 10), nil
	case u.Scheme == "smtps":
		return "465", nil
	}
	return "587", nil
}

func parseLogin(user *url.Userinfo) (login, error) {
	if user == nil {
		return nil, nil
	}
	name := user.Username()
	password, _ := user.Password()
	switch {
	case name == "":
		return nil, errors.New("the user is missing")
	case password == "":
		return nil, errors.New("the user has no password")
	case strings.ContainsFunc(name+password, unicode.IsControl):
		return nil, errors.New("user and password must be without control characters")
	}
	return func() (string, string) { return name, password }, nil
}

func parseEncryption(u *url.URL, s Server) (encryption, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", errors.New("the query cannot be read")
	}
	asked := query["tls"]
	switch {
	case len(query) > 1 || len(query) == 1 && len(asked) != 1:
		return "", errors.New("the query may hold tls once and nothing else")
	case u.Scheme == "smtps" && asked != nil:
		return "", errors.New("tls is for smtp only: smtps always speaks TLS")
	case u.Scheme == "smtps":
		return implicit, nil
	case asked == nil && s.login != nil && !isLoopback(s.host):
		return mandatory, nil
	case asked == nil:
		return opportunistic, nil
	}
	switch mode := encryption(asked[0]); mode {
	case mandatory, opportunistic, unencrypted:
		return mode, nil
	}
	return "", errors.New("tls must be mandatory, opportunistic or none")
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}

// asciiDomain returns an international domain as the DNS and SMTP know it (RFC 5891), any other as it is.
func asciiDomain(domain string) (string, error) {
	if isASCII(domain) {
		return domain, nil
	}
	return idna.Lookup.ToASCII(domain)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
