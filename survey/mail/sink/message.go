package sink

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Message is a mail, taken apart.
type Message struct {
	// Sender and Recipients are the envelope's addresses.
	Sender     string
	Recipients []string
	// From, ReplyTo and To are the header's, with decoded names. ReplyTo is nil if there is none.
	From    *mail.Address
	ReplyTo *mail.Address
	To      []*mail.Address
	// Subject is decoded.
	Subject string
	// Header holds all header fields as they came, unfolded and still encoded.
	Header mail.Header
	// Text and HTML are the decoded parts, with line ends as "\n"; empty if the part is missing.
	Text string
	HTML string
	// Pictures are those that travel in the mail, by their Content-ID without angle brackets.
	Pictures map[string][]byte
	// Raw is the whole message with CRLF line ends and without dot stuffing.
	Raw []byte
}

// Parse takes a mail apart and refuses what a strict reader would refuse; it returns what it has read until then.
func Parse(raw []byte) (Message, error) {
	m := Message{Raw: raw}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m, err
	}
	m.Header = parsed.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return m, fmt.Errorf("the subject: %w", err)
	}
	if m.From, err = mail.ParseAddress(m.Header.Get("From")); err != nil {
		return m, fmt.Errorf("the From field: %w", err)
	}
	if m.To, err = m.Header.AddressList("To"); err != nil {
		return m, fmt.Errorf("the To field: %w", err)
	}
	if value := m.Header.Get("Reply-To"); value != "" {
		if m.ReplyTo, err = mail.ParseAddress(value); err != nil {
			return m, fmt.Errorf("the Reply-To field: %w", err)
		}
	}
	return m, m.readPart(m.Header.Get, parsed.Body)
}

// readPart reads a leaf into Text or HTML, or walks through a multipart.
func (m *Message) readPart(field func(string) string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(field("Content-Type"))
	if err != nil {
		return fmt.Errorf("the content type: %w", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		return m.readParts(multipart.NewReader(body, params["boundary"]))
	}
	decoded, err := io.ReadAll(decoder(field("Content-Transfer-Encoding"), body))
	if err != nil {
		return fmt.Errorf("%s part: %w", kind, err)
	}
	text := strings.ReplaceAll(string(decoded), "\r\n", "\n")
	switch kind {
	case "text/plain":
		m.Text = text
	case "text/html":
		m.HTML = text
	}
	if id := strings.Trim(field("Content-Id"), "<>"); id != "" && strings.HasPrefix(kind, "image/") {
		if m.Pictures == nil {
			m.Pictures = map[string][]byte{}
		}
		m.Pictures[id] = decoded
	}
	return nil
}

func (m *Message) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.readPart(part.Header.Get, part); err != nil {
			return err
		}
	}
}

func decoder(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}
