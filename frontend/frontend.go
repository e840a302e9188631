package frontend

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what all pages of an installation have in common. Company and BaseURL are required.
type Config struct {
	// Company is our own name, as contacts know it.
	Company string
	// PostalAddress is where our company can be written to, on one line; it stands at the foot of mails. May be empty.
	PostalAddress string
	// BaseURL is where contacts reach this installation, without a slash at the end.
	BaseURL string
	// TimeZone is the one in which times are shown; nil is UTC.
	TimeZone *time.Location
	// Currency is what stands before amounts, e.g. "€"; may be empty.
	Currency string
	// Clock tells the time, for "3 days ago"; nil means the machine's.
	Clock func() time.Time
}

// Frontend renders pages and mails. It is safe for concurrent use.
type Frontend struct {
	config Config
	// templates are the pages in their layouts, by the names of their files.
	templates map[string]*template.Template
	mails     mailTemplates
	chrome    map[string]*chrome
	assets    map[string]Asset
	styleURL  string
	// passkeyScript is where the one script is that pages may load.
	passkeyScript string
	contact       contactStyle
	answers       answerSkeletons
	thanks        map[string]*skeleton[*ThanksPage]
	buffers       sync.Pool
	// dressed is the latest Frontend in other colours.
	dressed atomic.Pointer[dressedFrontend]
}

// contactStyle is the style of the pages for contacts, which stands inside them.
type contactStyle struct {
	css  template.CSS
	hash string
}

// New parses and tries all templates, and returns an error that says what is missing or wrong.
func New(config Config) (*Frontend, error) {
	if config.Company == "" {
		return nil, errors.New("frontend: no company")
	}
	if config.BaseURL == "" {
		return nil, errors.New("frontend: no base URL")
	}
	if config.TimeZone == nil {
		config.TimeZone = time.UTC
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	f := &Frontend{config: config, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
	for _, load := range []func() error{f.loadAssets, f.loadChrome, f.loadTemplates, f.loadMails} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Render writes the whole page, or nothing and an error: it renders into memory first.
func (f *Frontend) Render(w io.Writer, page Page) error {
	buffer := f.buffers.Get().(*bytes.Buffer)
	defer f.buffers.Put(buffer)
	buffer.Reset()
	if err := f.render(buffer, page); err != nil {
		return err
	}
	_, err := w.Write(buffer.Bytes())
	return err
}

// ContactPolicy is the Content-Security-Policy of the pages for contacts: nothing but their own style, by its hash.
func (f *Frontend) ContactPolicy() string {
	return "default-src 'none'; style-src '" + f.contact.hash + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// RepPolicy is the Content-Security-Policy of the pages for reps: style and images from here, kept mails in a frame, no script.
func (f *Frontend) RepPolicy() string {
	return "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// MailPolicy is the Content-Security-Policy of a kept mail's HTML, shown alone in a frame of ours: mails are styled
// inline and may show our logo, and nothing in them may run, send or load anything else; their links open in a window of their own.
func (f *Frontend) MailPolicy() string {
	return "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
}

// hashOf is the source expression of a Content-Security-Policy for that text.
func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
