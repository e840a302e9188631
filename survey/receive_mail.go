package survey

import (
	"bytes"
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
	return s.receive(ctx, recipient, content, true)
}

// receive is Receive. Of what is about no invitation it keeps, and returns, nothing unless strays are to be kept.
func (s *Service) receive(ctx context.Context, recipient string, content io.Reader, strays bool) (*ReceivedMail, error) {
	whole, raw := sha256.New(), &bytes.Buffer{}
	copies := io.Writer(whole)
	if s.repliesHere {
		copies = io.MultiWriter(whole, raw)
	}
	read := &countingReader{src: io.TeeReader(content, copies)}
	mail, err := inbound.Read(read)
	switch {
	case errors.Is(err, inbound.ErrTooLarge):
		return nil, Errorf(TooLarge, "the mail is larger than %d MiB", MaxReceivedMail>>20)
	case err != nil:
		return nil, err
	case read.n == 0:
		return nil, Errorf(Invalid, "the mail is empty; send it as it came, with its header")
	}
	sent := s.sentMails(recipient, &mail)
	found, err := s.mailed(ctx, sent)
	if err != nil {
		return nil, err
	}
	inv, number := firstThere(sent, found)
	if inv == nil && !strays {
		return nil, nil //nolint:nilnil // it is none of ours
	}
	m := s.newReceived(inv, number, &mail)
	m.ID = derivedID("rcv", invitationID(inv), hex.EncodeToString(whole.Sum(nil)))
	if err := s.toForward(ctx, m, raw.Bytes()); err != nil {
		return nil, err
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

// newReceived is what is kept of a mail, without its id. It owes what follows from it, if it is about an invitation; of others little is kept.
func (s *Service) newReceived(inv *Invitation, number int, mail *inbound.Mail) *ReceivedMail {
	now := s.now()
	// People quote the links that they got, and servers what they dislike.
	kept := func(text string, longest int) string { return firstRunes(maskTokens(text), longest) }
	m := &ReceivedMail{
		Kind: mail.Kind, From: kept(mail.From, maxReceivedWords), Subject: kept(tidy(mail.Subject), maxReceivedWords), ReceivedAt: now,
		ExpiresAt: store.Time(now.Add(strayMailAge)),
	}
	if inv == nil {
		return m
	}
	m.InvitationID, m.Reminder, m.CustomerID, m.ContactID = InvitationID(inv.ID), number, inv.CustomerID, inv.ContactID
	m.Text, m.ExpiresAt = kept(tidyProse(mail.Text), maxReceivedText), store.Time(now.Add(receivedMailAge))
	for _, f := range mail.Failures {
		f.Diagnostic = kept(tidy(f.Diagnostic), maxReceivedWords)
		m.Failures = append(m.Failures, MailFailure(f))
	}
	m.Owe(effectHeed, now)
	return m
}

// sentMails are the mails of ours that a mail may be about: by the address that it came to, or by the Message-IDs that it names.
func (s *Service) sentMails(recipient string, mail *inbound.Mail) []sentMail {
	var about []sentMail
	for _, to := range append([]string{recipient}, mail.To...) {
		if m, ours := s.returned(to); ours {
			about = append(about, m)
		}
	}
	if slices.Contains([]inbound.Kind{inbound.Bounce, inbound.Delayed, inbound.Complaint}, mail.Kind) {
		about = append(about, s.namedAll(mail.About)...)
	}
	return about[:min(len(about), store.MaxBatch)]
}

// namedAll are the mails of ours among those that Message-IDs name.
func (s *Service) namedAll(ids []string) (about []sentMail) {
	for _, id := range ids {
		if m, ours := s.named(id); ours {
			about = append(about, m)
		}
	}
	return about
}

// mailed reads the invitations of mails, by their id.
func (s *Service) mailed(ctx context.Context, sent []sentMail) (map[string]*Invitation, error) {
	ids := make([]InvitationID, len(sent))
	for i, m := range sent {
		ids[i] = m.id
	}
	return s.db.invitations.Fetch(ctx, distinct(ids))
}

// firstThere is the first of the mails that there is: its invitation, and which of its mails; nil where there is none.
func firstThere(sent []sentMail, found map[string]*Invitation) (*Invitation, int) {
	for _, m := range sent {
		if inv := found[string(m.id)]; inv != nil && m.number <= len(inv.Reminders) {
			return inv, m.number
		}
	}
	return nil, 0
}

// invitationID is the id of an invitation, and nothing of none.
func invitationID(inv *Invitation) string {
	if inv == nil {
		return ""
	}
	return inv.ID
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
