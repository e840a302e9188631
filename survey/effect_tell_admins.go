package survey

import (
	"context"
	"fmt"
	"slices"
	"time"

	"earshot/survey/outbox"
)

// effectTellAdmins tells admins by mail that a relay has a fault, through another one; relays owe it while they have one, where there are others.
const effectTellAdmins = "tell_admins"

const (
	// tellAdminsAfter is how long a fault lasts until it is told by mail: most are over before.
	tellAdminsAfter = 5 * time.Minute
	// tellWithin bounds one such mail, and tellAdminsWithin those about one pause: other relays may be slow, and the one with the fault is not tried meanwhile.
	tellWithin       = time.Minute
	tellAdminsWithin = 10 * tellWithin
)

// tellAdmins is the effect effectTellAdmins. Each admin gets one mail at most in a pause: that they are told is written down before the mail goes out, and
// taken back where a server has not taken it for certain. While no other relay is open it waits for one.
func (s *Service) tellAdmins(ctx context.Context, b *outbox.Batch[*Relay]) error {
	for _, item := range b.Items {
		if !item.Doc.Paused() || s.carrier(item.Doc.ID) == nil {
			continue
		}
		relays, err := s.fleet(ctx)
		if err != nil {
			return err
		}
		if relays = slices.DeleteFunc(relays, func(l *lane) bool { return l.Name == item.Doc.ID }); !relays.open() {
			item.Again(s.now().Add(tellAdminsAfter))
			continue
		}
		admins, err := s.toTell(ctx, item.Doc)
		if err != nil {
			return err
		}
		for _, admin := range admins {
			if err := s.tellAdmin(ctx, b, item, relays, admin); err != nil || item.Lost() {
				return err
			}
		}
	}
	return nil
}

// toTell are the admins who do not know of the pause yet and may be mailed.
func (s *Service) toTell(ctx context.Context, r *Relay) ([]Rep, error) {
	admins, err := s.reps.Admins(ctx)
	if err != nil {
		return nil, err
	}
	var emails []string
	for _, a := range admins {
		emails = append(emails, a.Email)
	}
	suppressed, err := s.suppressionsOf(ctx, emails)
	return slices.DeleteFunc(admins, func(a Rep) bool {
		return a.Disabled || replyTo(&a) == "" || suppressedIn(suppressed, a.Email) != nil || slices.Contains(r.Told, a.ID)
	}), err
}

// tellAdmin sends the mail to one of them.
func (s *Service) tellAdmin(ctx context.Context, b *outbox.Batch[*Relay], item *outbox.Item[*Relay], relays fleet, admin Rep) error {
	m := s.faultMessage(item.Doc, admin)
	by, err := s.roomFor(ctx, relays, m)
	if err != nil {
		return err
	}
	if by.by == nil {
		item.Again(by.at)
		return nil
	}
	item.Doc.Told = append(slices.Clip(item.Doc.Told), admin.ID)
	if err := b.Save(ctx, item); err != nil || item.Lost() {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	o := by.by.Mailer.Deliver(ctx, m)
	if o.Delivery == Temporary {
		item.Then(func(r *Relay) {
			r.Told = slices.DeleteFunc(slices.Clone(r.Told), func(id RepID) bool { return id == admin.ID })
		})
		item.Again(s.now().Add(tellAdminsAfter))
	}
	if o.Delivery != Accepted {
		s.log.WarnContext(ctx, "an admin could not be told by mail that a mail server has a fault", "relay", item.Doc.ID, "through", by.by.Name, "reply", maskTokens(o.Reply))
	}
	return nil
}

// faultMessage tells an admin of the fault, and what to do.
func (s *Service) faultMessage(r *Relay, admin Rep) *Message {
	said := ""
	if r.Reply != "" {
		said = fmt.Sprintf(" It said: %s", firstRunes(r.Reply, longestReason))
	}
	text := fmt.Sprintf("The mail server %s takes no mails since %s. %s%s\n\n%s\n\nIts mails go out by another mail server meanwhile, and none is lost. How the mail servers stand, and a button to try again at once:\n%s/settings/mail\n\nThis is the only mail about this outage.\n",
		r.ID, r.Since.In(s.timeZone).Format("2 January 2006, 15:04 MST"), r.Fault.Sentence(), said, r.Fault.Help(), s.baseURL)
	return &Message{
		ID:       fmt.Sprintf("relay-%s-%d-%s@%s", r.ID, r.Since.Unix(), admin.ID, s.mailHost()),
		FromName: s.company, To: replyTo(&admin), ToName: admin.Name, Language: "en",
		Subject: fmt.Sprintf("The mail server %s takes no mails", r.ID), Text: text,
	}
}
