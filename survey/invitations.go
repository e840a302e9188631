package survey

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// How long after the ask a mail may still go out. A pulse's mail may have to wait for the end of a long weekend.
const (
	sendWithinByHand  = 3 * day
	sendWithinByPulse = 7 * day
)

// newInvitation makes the invitation of an ask, without storing it.
func (s *Service) newInvitation(a *Ask, customer *Customer, c *Contact, survey *Survey) *Invitation {
	inv := &Invitation{
		Meta:     store.Meta{ID: string(a.InvitationID)},
		SurveyID: a.SurveyID, SurveyVersion: survey.Current.Number, PulseID: a.PulseID, AskedBy: a.AskedBy,
		CustomerID: CustomerID(customer.ID), ContactID: ContactID(c.ID), Segment: customer.Segment, RepID: customer.RepID,
		Email: c.Email, ContactName: c.Name, Language: cmp.Or(c.Language, s.language),
		CreatedAt: a.At, ExpiresAt: a.ExpiresAt,
	}
	inv.Recipient = recipientKey(inv.Email)
	if a.NoMail {
		inv.step(MailEvent{At: a.At, State: MailNone})
		return inv
	}
	inv.Mail.MessageID = MailName(InvitationID(inv.ID), 0) + "@" + s.mailHost()
	first := s.firstSend(a, c)
	inv.Owe(effectMail, first)
	within, besides := sendWithinByHand, ""
	if a.PulseID != "" {
		within = sendWithinByPulse
		if first.After(s.decentTime(a.At, s.placeOf(c))) {
			besides = ", for pulses send at most " + s.roomOf()
		}
	}
	inv.wait(first, a.At, s.zone(c.TimeZone), besides)
	inv.Mail.LatestAt = earlier(first.Add(within), inv.ExpiresAt) // not from the ask: the first hour may be behind a long week-end, or its turn late
	return inv
}

// NextTry is when the mail is tried (again), at the earliest: it waits for its hour, or the server asked to try later. Zero where nothing is to be
// tried, and where all mails wait for the server (see Relay).
func (i *Invitation) NextTry() time.Time {
	owed := i.Owing(effectMail)
	if i.current().State != MailQueued || owed == nil || !owed.Dead.IsZero() || !i.HeldSince.IsZero() {
		return time.Time{}
	}
	return owed.Due
}

// mailHost returns the host that Message-IDs end in.
func (s *Service) mailHost() string { return mailHost(s.baseURL) }

// mailHost is the host of a base URL.
func mailHost(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return "earshot.invalid"
	}
	return u.Hostname()
}

// Invitation returns one invitation.
func (s *Service) Invitation(ctx context.Context, id InvitationID) (*Invitation, error) {
	inv, err := s.db.invitations.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, noInvitation(id)
	}
	return inv, err
}

// CustomersAsked returns whom the invitations are about, by the invitation, in one trip to the store. Those that are gone are not
// in it.
func (s *Service) CustomersAsked(ctx context.Context, ids []InvitationID) (map[InvitationID]CustomerID, error) {
	asked := s.db.invitations.Fetching(distinct(ids)).Only("customer_id")
	err := store.Together(ctx, s.store, asked)
	customers := make(map[InvitationID]CustomerID, len(asked.Docs))
	for _, inv := range asked.Docs {
		customers[InvitationID(inv.ID)] = inv.CustomerID
	}
	return customers, err
}

func noInvitation(id InvitationID) *Error { return Errorf(NotFound, "there is no invitation %q", id) }

// boundTimes narrows the query to from <= time < to where they are not zero.
func boundTimes(q *store.Query, from, to time.Time) {
	if !from.IsZero() {
		q.From = store.Time(from)
	}
	if !to.IsZero() {
		q.To = store.Time(to)
	}
}

// matches says whether value is what a filter wants; an empty one wants all.
func matches[T ~string](wanted, value T) bool { return wanted == "" || wanted == value }

// RevokeInvitation takes an invitation back: the link takes no answers any more, and a mail that waits is not sent. One
// that was answered stays.
func (s *Service) RevokeInvitation(ctx context.Context, id InvitationID) (*Invitation, error) {
	return s.updateInvitation(ctx, id, func(i *Invitation) error {
		switch {
		case !i.AnsweredAt.IsZero():
			return Errorf(Conflict, "the invitation was answered already; nothing is left to revoke")
		case !i.RevokedAt.IsZero():
			return errNothingToDo
		}
		i.RevokedAt = s.now()
		i.over(i.RevokedAt)
		return nil
	})
}

// updateInvitation changes an invitation; errNothingToDo leaves it as it is.
func (s *Service) updateInvitation(ctx context.Context, id InvitationID, change func(*Invitation) error) (*Invitation, error) {
	var read *Invitation
	_, err := s.db.invitations.Update(ctx, string(id), func(i *Invitation) error {
		read = i
		return change(i)
	})
	switch {
	case errors.Is(err, errNothingToDo):
		return read, nil
	case errors.Is(err, store.ErrNotFound):
		return nil, noInvitation(id)
	case err != nil:
		return nil, err
	}
	s.outbox.Wake(invitationSpec.Name)
	return read, nil
}

// NewLink makes another link to an invitation that is still open, to be handed out by hand. Earlier links keep working.
// The link is told this once: what is stored is a hash.
func (s *Service) NewLink(ctx context.Context, id InvitationID) (string, error) {
	link := ""
	_, err := s.updateInvitation(ctx, id, func(i *Invitation) error {
		if !i.Open(s.now()) {
			return Errorf(Conflict, "the invitation is over; ask again for a new one")
		}
		if len(i.Links) >= maxLinks {
			return Errorf(Conflict, "the invitation has %d links already; hand out one of them", maxLinks)
		}
		link = s.addLink(i)
		return nil
	})
	return link, err
}

// maxLinks bounds the links of an invitation: more than tries to send ever make.
const maxLinks = 40

// addLink gives the invitation another link and returns its URL.
func (s *Service) addLink(i *Invitation) string { return s.baseURL + AnswerPath(s.addToken(i)) }

// addToken gives the invitation another link and returns its token.
func (s *Service) addToken(i *Invitation) string {
	fresh := secret.New(s.random)
	i.Links = append(slices.Clip(i.Links), Link{Hash: secret.Hash(fresh), MadeAt: s.now()})
	return strings.TrimPrefix(i.ID, invitationPrefix) + fresh
}

// invitationPrefix begins the id of every invitation.
const invitationPrefix = "inv_"

// tokenIDLength is how many characters of a token are the invitation's id; the rest is the secret.
const tokenIDLength = 26

// splitToken returns the invitation's id and the secret of a token.
func splitToken(token string) (InvitationID, string, bool) {
	if len(token) != tokenIDLength+secret.Length || !lowerAlphanumeric(token) {
		return "", "", false
	}
	return InvitationID(invitationPrefix + token[:tokenIDLength]), token[tokenIDLength:], true
}

func lowerAlphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// invitationOf returns the invitation that the token opens. What is wrong with a token is not told.
func (s *Service) invitationOf(ctx context.Context, token string) (*Invitation, error) {
	id, guess, ok := splitToken(token)
	if !ok {
		return nil, errUnknownLink()
	}
	inv, err := s.db.invitations.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, errUnknownLink()
	}
	if err != nil {
		return nil, err
	}
	for _, link := range inv.Links {
		if secret.Matches(link.Hash, guess) {
			return inv, nil
		}
	}
	return nil, errUnknownLink()
}

// errUnknownLink says that a token is none of ours.
func errUnknownLink() error {
	return Errorf(NotFound, "this link is not valid; check that it was copied whole")
}

// AnswerPath returns the path of the page that a link opens, below BaseURL.
func AnswerPath(token string) string { return "/r/" + token }

// UnsubscribePath returns the path of the unsubscribe page, which takes the one-click POST as well.
func UnsubscribePath(token string) string { return AnswerPath(token) + "/unsubscribe" }

// earlier returns the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
