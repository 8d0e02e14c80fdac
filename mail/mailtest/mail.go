package mailtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"slices"
	"strings"
)

// Mail is one mail as a mail program would show it.
type Mail struct {
	From    string   // of the envelope
	To      []string // of the envelope
	UTF8    bool     // sent with SMTPUTF8
	Subject string   // decoded
	Header  netmail.Header
	Text    string // decoded
	HTML    string // decoded
	Raw     []byte
}

type received struct {
	from string
	to   []string
	utf8 bool
	raw  []byte
}

func (s *Server) read(r received) Mail {
	s.tb.Helper()
	mail := Mail{From: r.from, To: slices.Clone(r.to), UTF8: r.utf8, Raw: r.raw}
	if err := mail.parse(); err != nil {
		s.tb.Fatalf("a mail that cannot be read: %v\n%s", err, r.raw)
	}
	return mail
}

func (m *Mail) parse() error {
	message, err := netmail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return fmt.Errorf("reading its header: %w", err)
	}
	m.Header = message.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return fmt.Errorf("decoding its subject: %w", err)
	}
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return fmt.Errorf("not multipart/alternative but %q: %w", kind, err)
	}
	return m.readParts(multipart.NewReader(message.Body, parameters["boundary"]))
}

func (m *Mail) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart() // decodes quoted-printable
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading its parts: %w", err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("reading a part: %w", err)
		}
		switch kind := part.Header.Get("Content-Type"); {
		case strings.HasPrefix(kind, "text/plain"):
			m.Text = string(text)
		case strings.HasPrefix(kind, "text/html"):
			m.HTML = string(text)
		}
	}
}
