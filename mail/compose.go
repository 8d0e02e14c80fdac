package mail

import (
	"bytes"
	"fmt"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// letter is a mail as it travels.
type letter struct {
	from, to string // envelope addresses in angle brackets
	utf8     bool   // the header is not ASCII, which takes SMTPUTF8 (RFC 6531)
	content  []byte // lines end in CRLF, so that no writer changes a byte and a signature holds
}

// "=_" never occurs in quoted-printable text (RFC 2045, section 6.7), so one boundary fits every mail.
const boundary = "=_alternative"

// compose is done by hand rather than by go-mail, which breaks the line before a long Message-ID, after which some
// servers give the mail a new one, and which writes headers in random order.
func compose(m Rendered, date time.Time) (letter, error) {
	headers := maps.Clone(m.Headers)
	from, err := toASCII(headers, "From")
	if err != nil {
		return letter{}, err
	}
	to, err := toASCII(headers, "To")
	if err != nil {
		return letter{}, err
	}
	if headers["Message-ID"], err = asciiID(headers["Message-ID"]); err != nil {
		return letter{}, err
	}
	headers["Subject"] = mime.QEncoding.Encode("utf-8", m.Subject)
	headers["Date"] = date.Format(time.RFC1123Z)
	headers["Auto-Submitted"] = "auto-generated" // RFC 3834: no holiday replies to this
	headers["MIME-Version"] = "1.0"
	headers["Content-Type"] = `multipart/alternative; boundary="` + boundary + `"`

	var content bytes.Buffer
	if err := writeHeaders(&content, headers); err != nil {
		return letter{}, err
	}
	utf8 := !isASCII(content.String())
	if err := writeParts(&content, m); err != nil {
		return letter{}, err
	}
	return letter{from: from, to: to, utf8: utf8, content: content.Bytes()}, nil
}

// toASCII returns the one address of a header for the envelope. An international domain is rewritten in both, so that
// it needs nothing of the server.
func toASCII(headers map[string]string, name string) (string, error) {
	address, err := netmail.ParseAddress(headers[name])
	if err != nil {
		return "", unsendable(name + " must be one e-mail address")
	}
	at := strings.LastIndex(address.Address, "@")
	domain, err := asciiDomain(address.Address[at+1:])
	if err != nil {
		return "", unsendable(name + " has a domain that does not exist in ASCII")
	}
	if !strings.HasSuffix(address.Address, domain) {
		address.Address = address.Address[:at+1] + domain
		headers[name] = address.String()
	}
	return (&netmail.Address{Address: address.Address}).String(), nil
}

func asciiID(id string) (string, error) {
	local, domain, found := strings.Cut(id, "@")
	if !found {
		return "", unsendable("Message-ID is missing")
	}
	domain, err := asciiDomain(strings.TrimSuffix(domain, ">"))
	if err != nil {
		return "", unsendable("Message-ID has a domain that does not exist in ASCII")
	}
	return local + "@" + domain + ">", nil
}

func writeHeaders(b *bytes.Buffer, headers map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		value := headers[name]
		if strings.ContainsAny(name+value, "\r\n\x00") {
			return unsendable("a header holds a line break")
		}
		b.WriteString(fold(name, value))
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
	return nil
}

// fold puts each encoded word on a line of its own, as a line that holds one may have 76 characters (RFC 2047,
// section 2). It breaks up nothing else, least of all the URL of List-Unsubscribe.
func fold(name, value string) string {
	line := name + ": " + value
	if len(line) <= 76 || !strings.HasPrefix(value, "=?") {
		return line
	}
	return strings.NewReplacer(": =?", ":\r\n =?", "?= =?", "?=\r\n =?", "?= <", "?=\r\n <").Replace(line)
}

// writeParts puts plain text first: the last alternative is the preferred one (RFC 2046, section 5.1.4).
func writeParts(b *bytes.Buffer, m Rendered) error {
	parts := multipart.NewWriter(b)
	if err := parts.SetBoundary(boundary); err != nil {
		return fmt.Errorf("setting a boundary: %w", err)
	}
	for _, part := range []struct{ kind, text string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {part.kind + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return fmt.Errorf("beginning a part: %w", err)
		}
		q := quotedprintable.NewWriter(w)
		if _, err := q.Write([]byte(part.text)); err != nil {
			return fmt.Errorf("writing a part: %w", err)
		}
		if err := q.Close(); err != nil {
			return fmt.Errorf("ending a part: %w", err)
		}
	}
	if err := parts.Close(); err != nil {
		return fmt.Errorf("ending the parts: %w", err)
	}
	return nil
}

func unsendable(reason string) error {
	return &Failure{step: stepCompose, reason: reason, final: true}
}
