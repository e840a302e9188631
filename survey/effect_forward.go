package survey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/inbound"
	"earshot/survey/outbox"
	"earshot/survey/store"
)

// effectForward sends what a person wrote on to the rep in whose name they were asked; received mails owe it where replies come here. It is
// done at least once: a process that dies when the server has just taken it leaves another to do so again, under the same Message-ID.
const effectForward = "forward_reply"

const (
	// forwardsAtOnce is how many are in memory at a time, each as large as a mail may be.
	forwardsAtOnce = 3
	// forwardFor is for how long it is tried, and how long the mail is kept for it.
	forwardFor = 5 * day
	// loopField is what says that a mail was sent on by us.
	loopField = "X-Loop"
)

// Forwarding is what became of sending a mail on to a rep.
type Forwarding struct {
	// Chunks are how many pieces the mail lies in, until it is sent.
	Chunks int `json:"chunks,omitempty"`
	Tries  int `json:"tries,omitempty"`
	// DoneAt is when a server took it; Failure why it is not sent on.
	DoneAt  time.Time `json:"done_at,omitzero"`
	Failure string    `json:"failure,omitempty"`
}

// toForward keeps a reply as it came, in pieces, until it is sent on, and has that done. What we sent on ourselves is not sent on again.
func (s *Service) toForward(ctx context.Context, m *ReceivedMail, raw []byte) error {
	if !s.repliesHere || m.Kind != inbound.Reply || m.InvitationID == "" || s.sentOn(raw) {
		return nil
	}
	if known, err := s.db.receivedMails.Fetch(ctx, []string{m.ID}); err != nil || len(known) > 0 { // handed over once more, maybe after it was sent
		return err
	}
	m.Forward = &Forwarding{}
	expires := store.Time(m.ReceivedAt.Add(forwardFor + day))
	for len(raw) > 0 {
		n := min(len(raw), chunkSize)
		chunk := &UploadChunk{Meta: store.Meta{ID: chunkID(m.ID, m.Forward.Chunks)}, Data: raw[:n], ExpiresAt: expires}
		if err := ignoreTaken(s.db.uploadChunks.Insert(ctx, chunk)); err != nil {
			return err
		}
		raw = raw[n:]
		m.Forward.Chunks++
	}
	m.Owe(effectForward, m.ReceivedAt)
	return nil
}

// sentOn says whether the mail went through here before.
func (s *Service) sentOn(raw []byte) bool {
	header, _, _ := bytes.Cut(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	for line := range bytes.Lines(header) {
		name, value, found := strings.Cut(string(line), ":")
		if found && textproto.CanonicalMIMEHeaderKey(name) == loopField && strings.TrimSpace(value) == s.mailHost() {
			return true
		}
	}
	return false
}

// forwardReplies is the effect effectForward.
func (s *Service) forwardReplies(ctx context.Context, b *outbox.Batch[*ReceivedMail]) error {
	relays, err := s.fleet(ctx)
	if err != nil {
		return err
	}
	for _, item := range b.Items {
		if !relays.open() {
			item.Again(s.now().Add(heldFor))
			continue
		}
		if err := s.forward(ctx, relays, item); err != nil {
			item.Fail(err)
		}
	}
	return nil
}

// forward makes one try.
func (s *Service) forward(ctx context.Context, relays fleet, item *outbox.Item[*ReceivedMail]) error {
	m := item.Doc
	rep, why, err := s.forwardTo(ctx, m)
	if err != nil {
		return err
	}
	if why == "" {
		var content []byte
		if content, err = s.forwarded(ctx, m); err != nil {
			return err
		}
		if content != nil {
			return s.sendOn(ctx, relays, item, rep, content)
		}
		why = "the mail is no longer here"
	}
	return s.endForward(ctx, item, func(f *Forwarding) { f.Failure = why })
}

// forwardTo is the rep to whom the mail goes, or why it goes to nobody.
func (s *Service) forwardTo(ctx context.Context, m *ReceivedMail) (rep Rep, why string, err error) {
	inv, err := s.Invitation(ctx, m.InvitationID)
	if err != nil {
		return rep, "the invitation is gone", ignoreMissing(err)
	}
	rep, there, err := s.rep(ctx, inv.sender())
	if err != nil {
		return rep, "", err
	}
	switch {
	case !there || rep.Disabled:
		return rep, "there is no rep to whom it could go", nil
	case !s.Sends():
		return rep, "no mail server is set", nil
	case replyTo(&rep) == "":
		return rep, "the rep’s address cannot be mailed", nil
	case address.Key(rep.Email) == address.Key(m.From) || s.Returns(rep.Email):
		return rep, "the rep wrote it", nil
	}
	suppressed, err := s.suppressionsOf(ctx, []string{rep.Email})
	if x := suppressedIn(suppressed, rep.Email); x != nil {
		why = x.withheld()
	}
	return rep, why, err
}

// forwarded is the mail as it came; nil where it is not here any more.
func (s *Service) forwarded(ctx context.Context, m *ReceivedMail) ([]byte, error) {
	var content []byte
	for i := range m.Forward.Chunks {
		chunk, err := s.db.uploadChunks.Get(ctx, chunkID(m.ID, i))
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		content = append(content, chunk.Data...)
	}
	return content, nil
}

// sendOn hands the mail over to the server. What is uncertain is tried again: twice is better than never.
func (s *Service) sendOn(ctx context.Context, relays fleet, item *outbox.Item[*ReceivedMail], rep Rep, content []byte) error {
	m := item.Doc
	message, err := s.forwardMessage(ctx, m, rep, content)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	by, err := s.roomFor(ctx, relays, message)
	if err != nil {
		return err
	}
	if by.by == nil {
		item.Again(by.at)
		return nil
	}
	o, now := by.by.Mailer.Deliver(ctx, message), s.now()
	reply := firstRunes(maskTokens(o.Reply), maxReceivedWords)
	switch {
	case o.Delivery == Accepted:
		return s.endForward(ctx, item, func(f *Forwarding) { f.DoneAt, f.Failure = now, "" })
	case o.Delivery == Refused || now.Sub(m.ReceivedAt) > forwardFor:
		return s.endForward(ctx, item, func(f *Forwarding) { f.Failure = reply })
	}
	item.Then(func(m *ReceivedMail) { m.changeForward(func(f *Forwarding) { f.Tries++ }) })
	item.Again(retryAt(now, m.Forward.Tries+1))
	return nil
}

// changeForward changes what became of it; the document in memory may be shared.
func (m *ReceivedMail) changeForward(change func(*Forwarding)) {
	after := *m.Forward
	change(&after)
	m.Forward = &after
}

// endForward notes how it ended, and drops the pieces.
func (s *Service) endForward(ctx context.Context, item *outbox.Item[*ReceivedMail], change func(*Forwarding)) error {
	m := item.Doc
	all := make([]*UploadChunk, m.Forward.Chunks)
	for i := range all {
		all[i] = &UploadChunk{Meta: store.Meta{ID: chunkID(m.ID, i), Version: 1}}
	}
	after := *m.Forward
	if change(&after); after.Failure != "" {
		s.log.WarnContext(ctx, "a reply is not sent on to the rep", "received_mail", m.ID, "reason", after.Failure)
	}
	item.Then(func(m *ReceivedMail) { m.changeForward(change) })
	if len(all) == 0 {
		return nil
	}
	_, err := s.db.uploadChunks.DeleteAll(context.WithoutCancel(ctx), all) // what is left expires
	if err != nil {
		s.log.WarnContext(ctx, "a reply that was sent on is left until it expires", "received_mail", m.ID, "error", err)
	}
	return nil
}

// forwardMessage is the mail to the rep, with what the person wrote attached as it came. An answer to it goes to the person.
func (s *Service) forwardMessage(ctx context.Context, m *ReceivedMail, rep Rep, content []byte) (*Message, error) {
	who := m.From
	if c, err := s.Contact(ctx, m.ContactID); err == nil {
		who = c.Name
	} else if KindOf(err) != NotFound {
		return nil, err
	}
	text := fmt.Sprintf("%s has answered our mail. What they wrote is attached as it came.\n\n%s\n\nThe customer's page: %s/customers/%s\n", who, m.Text, s.baseURL, m.CustomerID)
	message := &Message{
		ID: m.ID + "@" + s.mailHost(), Loop: s.mailHost(), FromName: who + " (" + s.company + ")", To: replyTo(&rep), ToName: rep.Name, Language: "en",
		Subject: "Answer: " + m.Subject, Text: text, Attached: content,
	}
	if a, err := address.Parse(m.From); err == nil {
		message.ReplyTo = a.Envelope()
	}
	return message, nil
}
