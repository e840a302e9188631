package survey

import (
	"context"
	"errors"
	"io"
	"time"

	"earshot/survey/outbox"
)

// effectReadMailbox reads the mailbox to which what comes back goes; the mailbox owes it.
const effectReadMailbox = "read_mailbox"

const (
	// mailboxEvery is how often the mailbox is read.
	mailboxEvery = time.Minute
	// mailboxWithin is how long one reading takes at most; what is left is read the next time.
	mailboxWithin = 5 * time.Minute
	// mailboxLeft is after how long without anybody who has it a mailbox is read no more, mailboxPass how soon a process that has it not leaves
	// it to another.
	mailboxLeft = time.Hour
	mailboxPass = 5 * time.Second
)

// readMailbox is the effect effectReadMailbox. What is handed over twice, since a process died in between, is taken in once.
func (s *Service) readMailbox(ctx context.Context, b *outbox.Batch[*Mailbox]) error {
	for _, item := range b.Items {
		if s.mailbox == nil || s.mailbox.Name() != item.Doc.Name {
			if now := s.now(); now.Sub(item.Doc.TendedAt) < mailboxLeft { // another process may have it: options change one process after the other
				item.Again(now.Add(mailboxPass))
			}
			continue
		}
		before := item.Doc.Fault
		place, err := s.readUntil(ctx, b.Stopping, item.Doc.Place)
		now := s.now()
		var fault *MailboxError
		if err != nil && !errors.As(err, &fault) { // the store is away: the place that was reached is kept, where that can be
			item.Then(func(m *Mailbox) { m.Place = place })
			item.Again(now.Add(relayPauses[0]))
			if !errors.Is(err, context.Canceled) {
				s.log.WarnContext(ctx, "what came back to the mailbox could not be taken in; it is tried again", "error", err)
			}
			continue
		}
		s.watch.reads.Store(fault == nil)
		rest := s.watch.rest()
		note := func(m *Mailbox) {
			m.Place = place
			if fault != nil {
				m.fail(fault, now)
			} else {
				m.read(s.watch.process, now, rest)
			}
		}
		s.tellOfMailbox(ctx, before, fault)
		after := *item.Doc
		note(&after)
		item.Then(note)
		item.Again(after.NextAt)
	}
	return nil
}

// readUntil reads the mailbox until all is read, or the process is about to end.
func (s *Service) readUntil(ctx context.Context, stopping <-chan struct{}, from MailboxPlace) (MailboxPlace, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	return s.mailbox.Read(ctx, from, s.takeFromMailbox)
}

// tellOfMailbox has the log tell when a fault begins, changes or ends.
func (s *Service) tellOfMailbox(ctx context.Context, before Fault, now *MailboxError) {
	switch {
	case now != nil && now.Fault != before:
		s.log.ErrorContext(ctx, "the mailbox to which mails come back cannot be read", "mailbox", s.mailbox.Name(), "fault", now.Fault, "reply", now.Reply)
	case now == nil && before != "":
		s.log.InfoContext(ctx, "the mailbox to which mails come back is read again", "mailbox", s.mailbox.Name())
	}
}

// takeFromMailbox takes in a mail that is about an invitation, and says whether it was; of others nothing is kept, for they stay where they are.
func (s *Service) takeFromMailbox(ctx context.Context, content io.Reader) (bool, error) {
	m, err := s.receive(ctx, "", content, false)
	if kind := KindOf(err); kind == Invalid || kind == TooLarge {
		return false, nil
	}
	return m != nil, err
}
