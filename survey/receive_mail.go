package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"

	"earshot/survey/address"
	"earshot/survey/inbound"
	"earshot/survey/store"
)

// Each mail goes out with a return path of its own (variable envelope return path): bounces@host becomes bounces+inv_…@host. What comes
// back there says by the address which mail it is about, however little the mail itself tells. An invitation's id is random, and
// stands in its own mail alone, in its envelope and its Message-ID. Whoever was forwarded a reply knows that, so by a Message-ID only what
// comes from servers is believed.

// returnPath is the envelope sender of the mail of that name; empty where no return path is set.
func (s *Service) returnPath(name string) string {
	local, host, set := strings.Cut(s.returnAddress, "@")
	if !set {
		return ""
	}
	return local + "+" + name + "@" + host
}

// sentMail is one mail of an invitation: 0 is the first one.
type sentMail struct {
	id     InvitationID
	number int
}

// returned is the mail that a return path belongs to; false where it is none of ours.
func (s *Service) returned(recipient string) (m sentMail, ok bool) {
	local, host, _ := strings.Cut(s.returnAddress, "@")
	user, at, _ := strings.Cut(recipient, "@")
	before, name, tagged := strings.Cut(user, "+")
	if !tagged || !strings.EqualFold(before, local) || !strings.EqualFold(at, host) {
		return m, false
	}
	m.id, m.number, ok = splitMailName(name)
	return m, ok
}

// named is the mail that a Message-ID belongs to; false where it is none of ours.
func (s *Service) named(messageID string) (m sentMail, ok bool) {
	name, host, _ := strings.Cut(messageID, "@")
	if !strings.EqualFold(host, s.mailHost()) {
		return m, false
	}
	m.id, m.number, ok = splitMailName(name)
	return m, ok
}

// Returns says whether mails to that address are for Receive: it is the return path, with or without the tag of an invitation.
func (s *Service) Returns(recipient string) bool {
	_, ours := s.returned(recipient)
	return s.returnAddress != "" && (strings.EqualFold(recipient, s.returnAddress) || ours)
}

// Receive takes in a mail that came back: to the recipient, if that is known, else to one of those that it names. It keeps what it is; what
// follows from that follows soon. A mail that is handed over twice is taken in once. Errors are of kind Invalid where it is empty, TooLarge,
// or those of the reader.
func (s *Service) Receive(ctx context.Context, recipient string, content io.Reader) (*ReceivedMail, error) {
	whole := sha256.New()
	read := &countingReader{src: io.TeeReader(content, whole)}
	mail, err := inbound.Read(read)
	switch {
	case errors.Is(err, inbound.ErrTooLarge):
		return nil, Errorf(TooLarge, "the mail is larger than %d MiB", MaxReceivedMail>>20)
	case err != nil:
		return nil, err
	case read.n == 0:
		return nil, Errorf(Invalid, "the mail is empty; send it as it came, with its header")
	}
	inv, number, err := s.mailBehind(ctx, recipient, &mail)
	if err != nil {
		return nil, err
	}
	now, about := s.now(), ""
	if inv != nil {
		about = inv.ID
	}
	// People quote the links that they got, and servers what they dislike.
	kept := func(text string, longest int) string { return firstRunes(maskTokens(text), longest) }
	m := &ReceivedMail{
		Meta: store.Meta{ID: derivedID("rcv", about, hex.EncodeToString(whole.Sum(nil)))}, Kind: mail.Kind, From: kept(mail.From, maxReceivedWords),
		Subject: kept(tidy(mail.Subject), maxReceivedWords), ReceivedAt: now, ExpiresAt: store.Time(now.Add(strayMailAge)),
	}
	if inv != nil {
		m.InvitationID, m.Reminder, m.CustomerID, m.ContactID = InvitationID(inv.ID), number, inv.CustomerID, inv.ContactID
		m.Text, m.ExpiresAt = kept(tidyProse(mail.Text), maxReceivedText), store.Time(now.Add(receivedMailAge))
		for _, f := range mail.Failures {
			f.Diagnostic = kept(tidy(f.Diagnostic), maxReceivedWords)
			m.Failures = append(m.Failures, MailFailure(f))
		}
		m.Owe(effectHeed, now)
	}
	if err := s.db.receivedMails.Insert(ctx, m); isDuplicate(err) {
		return s.db.receivedMails.Get(ctx, m.ID)
	} else if err != nil {
		return nil, err
	}
	s.outbox.Wake(receivedMailSpec.Name)
	return m, nil
}

// MaxReceivedMail is how large a mail may be that is taken in, in bytes.
const MaxReceivedMail = inbound.MaxSize

// maxReceivedText is how many characters of what a person wrote are kept: as many as the note of a touchpoint holds.
const maxReceivedText = 2000

// maxReceivedWords is how many characters of an address, a subject or a diagnosis are kept.
const maxReceivedWords = 500

// mailBehind finds which mail of which invitation a mail is about: by the address that it came to, or by the Message-ID of ours that it names.
// Nil where there is none.
func (s *Service) mailBehind(ctx context.Context, recipient string, mail *inbound.Mail) (*Invitation, int, error) {
	var about []sentMail
	for _, to := range append([]string{recipient}, mail.To...) {
		if m, ours := s.returned(to); ours {
			about = append(about, m)
		}
	}
	if slices.Contains([]inbound.Kind{inbound.Bounce, inbound.Delayed, inbound.Complaint}, mail.Kind) {
		for _, id := range mail.About {
			if m, ours := s.named(id); ours {
				about = append(about, m)
			}
		}
	}
	about = about[:min(len(about), store.MaxBatch)]
	ids := make([]InvitationID, len(about))
	for i, m := range about {
		ids[i] = m.id
	}
	found, err := s.db.invitations.Fetch(ctx, distinct(ids))
	if err != nil {
		return nil, 0, err
	}
	for _, m := range about {
		if inv := found[string(m.id)]; inv != nil && m.number <= len(inv.Reminders) {
			return inv, m.number, nil
		}
	}
	return nil, 0, nil
}

// ReceivedFilter narrows the list of mails that came back; what is empty does not.
type ReceivedFilter struct {
	InvitationID InvitationID
	Kind         ReceivedKind
	After        store.Cursor
	Limit        int
}

// ReceivedMails returns a page of the mails that came back, the latest first.
func (s *Service) ReceivedMails(ctx context.Context, f ReceivedFilter) (Page[*ReceivedMail], error) {
	q := store.Query{Index: receivedMailsByTime, Descending: true, After: f.After, Limit: f.Limit}
	if f.InvitationID != "" {
		inv, err := s.Invitation(ctx, f.InvitationID)
		if KindOf(err) == NotFound {
			return Page[*ReceivedMail]{Items: []*ReceivedMail{}}, nil
		}
		if err != nil {
			return Page[*ReceivedMail]{}, err
		}
		q.Index, q.Equal = receivedMailsByCustomer, []any{string(inv.CustomerID)}
	}
	narrow(&q, choice{"invitation_id", string(f.InvitationID), ""}, choice{"kind", string(f.Kind), ""})
	return findPage(ctx, s.db.receivedMails, q)
}

// sameAddress says whether a recipient is that address, as servers write it.
func sameAddress(email string) func(recipient string) bool {
	key := address.Key(email)
	return func(recipient string) bool { return address.Key(recipient) == key }
}
