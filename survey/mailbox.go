package survey

import (
	"context"
	"errors"
	"io"
	"time"

	"earshot/survey/store"
)

// Mailbox is the mailbox to which what comes back goes, as all processes know it; there is one. It owes effectReadMailbox, so that one process
// reads it at a time.
type Mailbox struct {
	store.Meta `json:",inline"`
	// Name says which it is: another one is read from its beginning.
	Name string `json:"name"`
	// Place is up to where it has been read, and ReadAt when that was last done.
	Place  MailboxPlace `json:"place"`
	ReadAt time.Time    `json:"read_at,omitzero"`
	// Reader is the process that read it last, which watches it from then on where that can be.
	Reader string `json:"reader,omitempty"`
	// TendedAt is when a process that has the mailbox last opened or tried it.
	TendedAt time.Time `json:"tended_at,omitzero"`
	// Fault is what keeps it from being read; empty while it is. Reply is what the server said, Since when it began, NextAt when the mailbox is
	// tried next, and Tries how often it was in vain.
	Fault  Fault     `json:"fault,omitempty"`
	Reply  string    `json:"reply,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	NextAt time.Time `json:"next_at,omitzero"`
	Tries  int       `json:"tries,omitempty"`
}

// MailboxPlace is a place in a mailbox: the number of its last mail that was read, under a numbering that the server may begin anew.
type MailboxPlace struct {
	Numbering uint32 `json:"numbering,omitempty"`
	Last      uint32 `json:"last,omitempty"`
	// Known are the mails that were read and lie there still, where mails have no numbers that last (POP3): words divided by blanks, which the reader
	// alone understands and keeps few.
	Known string `json:"known,omitempty"`
}

// FaultFolder is a mailbox whose folder is not there.
const FaultFolder Fault = "folder"

// MailboxReader reads a mailbox.
type MailboxReader interface {
	// Name says which mailbox it is: "bounces@mail.example.com/INBOX".
	Name() string
	// Read hands over each mail behind the place, in their order, and returns the place that it reached, also with an error. take says whether
	// the mail was ours: then it is marked or taken out; what is not is left as it is, and not handed over again. An error of take ends it.
	// Others are of type *MailboxError.
	Read(ctx context.Context, from MailboxPlace, take func(ctx context.Context, content io.Reader) (ours bool, err error)) (MailboxPlace, error)
}

// MailboxWatcher is a MailboxReader that notices when a mail comes.
type MailboxWatcher interface {
	MailboxReader
	// Watch calls came as soon as it watches, and whenever a mail may have come since, until ctx ends, which is its error then. It never waits for came long.
	// Others are ErrUnwatched where the server cannot tell, and those of type *MailboxError.
	Watch(ctx context.Context, came func()) error
}

// ErrUnwatched is the error of a server that cannot tell when a mail comes.
var ErrUnwatched = errors.New("survey: the mailbox's server cannot tell when a mail comes")

// MailboxError says why a mailbox cannot be read.
type MailboxError struct {
	Fault Fault
	// Reply is what the server said, or what went wrong on the way: for people to read.
	Reply string
}

// Error implements error.
func (e *MailboxError) Error() string { return string(e.Fault) + ": " + e.Reply }

var mailboxSpec = &store.Spec{
	Name:  "mailboxes",
	New:   func() store.Doc { return new(Mailbox) },
	Queue: true,
}

// mailboxID is the id of the one mailbox.
const mailboxID = "mailbox"

// Alarming says that it could not be read for long enough that people should know: a server that is restarted is back before.
func (m *Mailbox) Alarming() bool { return m.Fault != "" && m.Tries >= mailboxAlarm }

// mailboxAlarm is after how many tries in vain people are told: some minutes.
const mailboxAlarm = 3

// fail notes a try in vain.
func (m *Mailbox) fail(e *MailboxError, now time.Time) {
	if m.Fault == "" {
		m.Since, m.Tries = now, 0
	}
	m.TendedAt = now
	m.Fault, m.Reply = e.Fault, firstRunes(maskTokens(e.Reply), maxReceivedWords)
	m.NextAt = now.Add(relayPauses[min(m.Tries, len(relayPauses)-1)])
	m.Tries++
}

// read notes that it was read, by whom, and for how long it may be left alone.
func (m *Mailbox) read(by string, now time.Time, rest time.Duration) {
	m.Reader, m.TendedAt, m.ReadAt, m.NextAt = by, now, now, now.Add(rest)
	m.Fault, m.Reply, m.Since, m.Tries = "", "", time.Time{}, 0
}

// OpenMailbox has the mailbox of this process read from now on. Call it when the process starts.
func (s *Service) OpenMailbox(ctx context.Context) error {
	if s.mailbox == nil {
		return nil
	}
	now := s.now()
	_, err := s.db.mailboxes.UpsertAll(ctx, []string{mailboxID}, nil, func(id string) *Mailbox { return &Mailbox{Meta: store.Meta{ID: id}} }, func(m *Mailbox) bool {
		if m.Name != s.mailbox.Name() {
			m.Name, m.Place = s.mailbox.Name(), MailboxPlace{}
		}
		m.TendedAt = now
		m.Schedule(effectReadMailbox, now)
		return true
	})
	s.outbox.Wake(mailboxSpec.Name)
	return err
}

// MailboxStatus tells how the mailbox stands; nil where this process has none.
func (s *Service) MailboxStatus(ctx context.Context) (*Mailbox, error) {
	if s.mailbox == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	m, err := s.db.mailboxes.Get(ctx, mailboxID)
	if errors.Is(err, store.ErrNotFound) {
		return &Mailbox{Name: s.mailbox.Name()}, nil
	}
	return m, err
}
