package inbound

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
)

// MaxSize is how large a mail may be, in bytes.
const MaxSize = 10 << 20

// ErrTooLarge is returned for a mail of more than MaxSize.
var ErrTooLarge = errors.New("the mail is too large")

// Read reads a mail (RFC 5322) and says what it is. It never fails on damage: what cannot be understood is Unknown. Its errors are
// those of the reader, and ErrTooLarge.
func Read(r io.Reader) (Mail, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return Mail{}, fmt.Errorf("reading a mail: %w", err)
	}
	if len(raw) > MaxSize {
		return Mail{}, ErrTooLarge
	}
	if !bytes.ContainsRune(raw, '\n') {
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	return understand((&parser{}).parse(bytes.TrimLeft(raw, "\r\n"), "text/plain", 0)), nil
}

// letter is a mail that is being understood.
type letter struct {
	*part
	// from, name and subject are of its header; said is what it tells people, without what it quotes.
	from, name, subject string
	said                string
	// notice, own and sentTo are read when they are first asked for, and once: a report asks for them with every recipient.
	notice      func() *notice
	own, sentTo func() []string
}

func newLetter(root *part) *letter {
	l := &letter{part: root, subject: root.field("Subject")}
	l.from, l.name = root.sender()
	l.notice, l.own, l.sentTo = sync.OnceValue(l.readNotice), sync.OnceValue(l.ownAddresses), sync.OnceValue(l.addressees)
	return l
}

// understand asks the questions in their order (see the package).
func understand(root *part) Mail {
	l := newLetter(root)
	l.said = written(root.text())
	m := Mail{Kind: Unknown, From: l.from, Subject: l.subject, MessageID: first(identifiers(root.header.Get("Message-Id"))), To: l.recipients()}
	switch {
	case l.complains(&m), l.reports(&m), l.notifies(&m):
	case l.cameToStop(m.To), stops(l.subject): // also where a program asks for the person, as Apple's and Gmail's do
		m.Kind = Unsubscribe
	case l.automatic():
		m.Kind = AutoReply
	case l.impersonal():
	case asksToStop(l.said):
		m.Kind = Unsubscribe
	case l.personal():
		m.Kind = Reply
		m.Text = cutLetters(l.said, maxText)
	}
	m.About = l.about(m.Kind)
	return m
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
