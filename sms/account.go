package sms

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// account is what an SMS_URL says: where to post, as whom, and who is named as the sender.
type account struct {
	endpoint       string
	user, password string
	senderField    string // From or MessagingServiceSid
	sender         string
}

// parseAccount reads an SMS_URL. Its errors say what is wrong and never quote the URL, which holds credentials.
func parseAccount(smsURL string) (account, error) {
	u, err := url.Parse(smsURL)
	if err != nil {
		return account{}, errors.New("it is no URL; user and password must be percent-encoded")
	}
	if err := checkHost(u); err != nil {
		return account{}, err
	}
	user, password, err := credentials(u)
	if err != nil {
		return account{}, err
	}
	target, err := endpoint(u, user)
	if err != nil {
		return account{}, err
	}
	field, sender, err := senderOf(u)
	return account{target, user, password, field, sender}, err
}

func checkHost(u *url.URL) error {
	port, err := strconv.Atoi(u.Port())
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("the scheme must be https")
	case u.Hostname() == "":
		return errors.New("the host is missing")
	case u.Port() != "" && (err != nil || port < 1 || port > 65535):
		return errors.New("the port must be a number from 1 to 65535")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return errors.New("the scheme must be https: credentials must not travel in clear")
	case u.Fragment != "":
		return errors.New("it must not have a fragment; in user and password write # as %23")
	}
	return nil
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

func credentials(u *url.URL) (user, password string, err error) {
	user = u.User.Username()
	password, _ = u.User.Password()
	switch {
	case user == "":
		return "", "", errors.New("the user is missing")
	case password == "":
		return "", "", errors.New("the password is missing")
	case strings.Contains(user, ":"):
		return "", "", errors.New("the user must not hold a colon (RFC 7617)")
	}
	return user, password, nil
}

// endpoint is where messages are posted: the URL's own path, or else where Twilio's API keeps the account's messages.
func endpoint(u *url.URL, user string) (string, error) {
	target := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	if u.Path != "" && u.Path != "/" {
		return target.String(), nil
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(user) {
		return "", errors.New("without a path the user must be an account SID")
	}
	target.Path = "/2010-04-01/Accounts/" + user + "/Messages.json"
	return target.String(), nil
}

// senderOf reads the query: the form field that names the sender, and its value.
func senderOf(u *url.URL) (field, sender string, err error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", "", errors.New("the query is broken; it must be from=… and percent-encoded")
	}
	sender = query.Get("from")
	if sender == "" || len(query["from"]) != 1 {
		return "", "", errors.New("from is required in the query, once")
	}
	// Not named: the key may be the rest of a password with an unencoded question mark.
	if len(query) != 1 {
		return "", "", errors.New("the query must hold nothing but from")
	}
	field = senderField(sender)
	if field == "" {
		return "", "", errors.New("from must be a number in E.164 with its plus written %2B, a name of 1 to 11 letters " +
			"(at least one), digits and blanks, or a messaging service id")
	}
	return field, sender, nil
}

// senderField is empty for what cannot be a sender.
func senderField(sender string) string {
	switch {
	case regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`).MatchString(sender):
		return "MessagingServiceSid"
	case regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`).MatchString(sender):
		return "From"
	case regexp.MustCompile(`^[A-Za-z0-9 ]{1,11}$`).MatchString(sender) && regexp.MustCompile(`[A-Za-z]`).MatchString(sender):
		return "From"
	}
	return ""
}
