package survey

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"earshot/survey/address"
	"earshot/survey/outbox"
)

// letter is what must be known to send an invitation's mail, or why it is not sent.
type letter struct {
	item *outbox.Item[*Invitation]
	// withhold is why the mail is not sent at all, and why the same in a word for its Standing; empty if it may be.
	withhold string
	why      MailDetail
	// notBefore is the next decent hour in zone; zero if the mail may go at once.
	notBefore time.Time
	zone      *time.Location
	contact   *Contact
	// to is the address on the envelope.
	to      address.Address
	version *SurveyVersion
	// reminders and wording are those of the survey, as it is now; look is the installation's.
	reminders []Reminder
	wording   *MailWording
	look      *Look
	sender    *Rep // nil: the company asks
	// passage says which relay carries it, and when.
	*passage
}

// letterFacts is what was read for the letters of a batch.
type letterFacts struct {
	contacts   map[string]*Contact
	surveys    map[string]*Survey
	suppressed map[string]*Suppression
	reps       map[RepID]Rep
	// answered are the responses of those who are to be reminded.
	answered map[string]*Response
	look     *Look
}

// letters reads what the mails of the invitations need, in few operations, and decides of each whether it may go out.
func (s *Service) letters(ctx context.Context, items []*outbox.Item[*Invitation]) ([]*letter, error) {
	facts, err := s.letterFacts(ctx, items)
	if err != nil {
		return nil, err
	}
	now, list := s.now(), make([]*letter, len(items))
	for n, item := range items {
		l := &letter{item: item}
		if l.withhold = facts.against(item.Doc, l, now); l.withhold == "" {
			if err := s.complete(ctx, l, facts, now); err != nil {
				return nil, err
			}
		}
		list[n] = l
	}
	return list, nil
}

// letterFacts reads.
func (s *Service) letterFacts(ctx context.Context, items []*outbox.Item[*Invitation]) (*letterFacts, error) {
	contacts, surveys, reps := map[string]bool{}, map[string]bool{}, map[RepID]bool{}
	var reminded []string
	for _, i := range items {
		contacts[string(i.Doc.ContactID)], surveys[string(i.Doc.SurveyID)] = true, true
		if by := i.Doc.sender(); by != "" {
			reps[by] = true
		}
		if len(i.Doc.Reminders) > 0 {
			reminded = append(reminded, string(ResponseOf(InvitationID(i.Doc.ID))))
		}
	}
	f := &letterFacts{look: s.LookInForce(ctx)}
	var err error
	if f.contacts, err = s.db.contacts.Fetch(ctx, keys(contacts)); err != nil {
		return nil, err
	}
	if f.surveys, err = s.db.surveys.Fetch(ctx, keys(surveys)); err != nil {
		return nil, err
	}
	if f.suppressed, err = s.suppressionsOf(ctx, emailsOf(f.contacts)); err != nil {
		return nil, err
	}
	if len(reminded) > 0 {
		if f.answered, err = s.db.responses.Fetch(ctx, reminded); err != nil {
			return nil, err
		}
	}
	if len(reps) > 0 {
		f.reps, err = s.reps.RepsByID(ctx, keys(reps))
	}
	return f, err
}

// emailsOf returns the addresses of the contacts that have one.
func emailsOf(contacts map[string]*Contact) []string {
	emails := make([]string, 0, len(contacts))
	for _, id := range keys(contacts) {
		if email := contacts[id].Email; email != "" {
			emails = append(emails, email)
		}
	}
	return emails
}

// against returns why the mail of the invitation must not be sent, or nothing; it notes what it found in l.
func (f *letterFacts) against(inv *Invitation, l *letter, now time.Time) string {
	if reason := inv.stale(now); reason != "" {
		l.why = Stale
		return reason
	}
	if r := f.answered[string(ResponseOf(InvitationID(inv.ID)))]; r != nil && r.Suspect == "" {
		return answeredAlready
	}
	survey := f.surveys[string(inv.SurveyID)]
	l.contact = f.contacts[string(inv.ContactID)]
	switch c := l.contact; {
	case c == nil:
		return "the contact was deleted"
	case survey == nil || survey.Status == Closed:
		return "the survey is closed"
	case !c.LeftAt.IsZero():
		return c.Name + " is no longer the right person there"
	case c.Email == "":
		return c.Name + " has no e-mail address any more"
	case !c.UnconfirmedSince.IsZero():
		return c.Name + " is not confirmed yet"
	case !c.BouncedAt.IsZero():
		return "the address was refused on " + c.BouncedAt.Format(dateWording)
	}
	var err error
	if l.to, err = address.Parse(l.contact.Email); err != nil {
		return fmt.Sprintf("%s cannot be mailed: the address %v", l.contact.Email, err)
	}
	if x := suppressedIn(f.suppressed, l.contact.Email); x != nil {
		l.why = SuppressedDetail
		return x.withheld()
	}
	return ""
}

// complete finds what stands in a mail that may be sent, and when it may.
func (s *Service) complete(ctx context.Context, l *letter, f *letterFacts, now time.Time) (err error) {
	inv := l.item.Doc
	l.zone = s.zone(l.contact.TimeZone)
	sv := f.surveys[string(inv.SurveyID)]
	l.reminders, l.wording, l.look = sv.Reminders, &sv.Mail, f.look
	if inv.PulseID != "" || len(inv.Reminders) > 0 {
		l.notBefore = s.decentTime(now, s.placeOf(l.contact))
	}
	if rep, there := f.reps[inv.sender()]; there && !rep.Disabled {
		l.sender = &rep
	}
	l.version, err = s.SurveyVersion(ctx, inv.SurveyID, inv.SurveyVersion)
	return err
}

// sender is the rep in whose name the invitation asks; empty is the company.
func (i *Invitation) sender() RepID { return cmp.Or(i.AskedBy, i.RepID) }

// answeredAlready is why a mail that nobody needs any more is not sent.
const answeredAlready = "it was answered already"

// stale says why it is too late to send the mail; empty if it is not.
func (i *Invitation) stale(now time.Time) string {
	switch {
	case !i.AnsweredAt.IsZero():
		return answeredAlready
	case !i.RevokedAt.IsZero():
		return "it was revoked"
	case !i.DeclinedAt.IsZero():
		return "the contact said that they are not the right person"
	case !i.UnsubscribedAt.IsZero():
		return "the contact unsubscribed"
	case !now.Before(i.ExpiresAt):
		return "the invitation expired on " + i.ExpiresAt.Format(dateWording)
	case !i.RepliedAt.IsZero() && len(i.Reminders) > 0:
		return "the contact answered by mail"
	case !i.current().LatestAt.IsZero() && !now.Before(i.current().LatestAt):
		return "it was too late: it had to go out until " + i.current().LatestAt.Format(dateWording+" 15:04 MST")
	}
	return ""
}

// withheld says why a mail to the address is not sent.
func (x *Suppression) withheld() string {
	return fmt.Sprintf("%s must not be mailed: %s", x.Email, x.clause())
}

// message makes the mail with a link of its own, which the invitation keeps as a hash.
func (s *Service) message(ctx context.Context, l *letter) (*Message, error) {
	inv := l.item.Doc
	token, number := s.addToken(inv), len(inv.Reminders)
	answer, name := s.baseURL+AnswerPath(token), straightened(l.contact.Name)
	mail := &AskMail{
		Version: l.version, Language: l.version.Language(inv.Language), Company: s.company,
		ContactName: name, AnswerURL: answer, UnsubscribeURL: s.baseURL + UnsubscribePath(token),
		ExpiresAt: inv.ExpiresAt, AnswerBy: answerBy(inv.ExpiresAt, s.now(), l.zone), Reminder: l.reminder(),
	}
	m := &Message{
		ID: inv.current().MessageID, ReturnPath: s.returnPath(MailName(InvitationID(inv.ID), number)), To: l.to.Envelope(), ToName: name, Language: mail.Language,
		UnsubscribeURL: mail.UnsubscribeURL, ListID: s.origin.list, FeedbackID: s.origin.feedbackID(string(inv.PulseID), inv.SurveyID),
	}
	m.UnsubscribeAddress = m.ReturnPath
	for n := range number {
		m.Thread = append(m.Thread, inv.mail(n).MessageID)
	}
	rep := ""
	if l.sender != nil {
		rep, m.ReplyTo = l.sender.Name, replyTo(l.sender)
	}
	if s.repliesHere {
		m.ReplyTo = m.ReturnPath
	}
	s.dress(ctx, l.look, l.wording, rep).put(mail, m)
	if m.Layout = s.layout(mail); m.Layout != nil {
		m.Subject, m.Token = m.Layout.subject(name), token
		if by, ok := l.by.Mailer.(FormMailer); !ok || !by.ByForm() {
			m.FillIn()
		}
		return m, nil
	}
	mail.Scores = scoreLinks(answer, &l.version.Questions[0])
	content, err := s.compose(mail)
	m.fill(content)
	return m, err
}

// fill says what was laid out.
func (m *Message) fill(c MailContent) { m.Subject, m.Text, m.HTML = c.Subject, c.Text, c.HTML }

// reminder is what the mail says if it is a reminder, else nil.
func (l *letter) reminder() *ReminderMail {
	n := len(l.item.Doc.Reminders)
	if n == 0 {
		return nil
	}
	r := &ReminderMail{Last: n >= len(l.reminders)}
	if n <= len(l.reminders) { // else the survey reminds less often by now, and this one was on its way already
		r.Text = l.reminders[n-1].Text
	}
	return r
}

// answerBy is the last day that is over when the link expires, so that who is told the day may use all of it; of a link that expires
// sooner it is today.
func answerBy(expires, now time.Time, zone *time.Location) time.Time {
	last, today := expires.In(zone).AddDate(0, 0, -1), now.In(zone)
	if last.Before(today) {
		return today
	}
	return last
}

// replyTo returns the rep's address as it stands in a header; empty where it is older than the rules and cannot stand there.
func replyTo(r *Rep) string {
	a, err := address.Parse(r.Email)
	if err != nil {
		return ""
	}
	return a.Envelope()
}

// scoreLinks returns a link for each score of the question; none if it has no scores.
func scoreLinks(answerURL string, q *Question) []ScoreLink {
	low, high, scored := q.Kind.Scale()
	if !scored {
		return nil
	}
	links := make([]ScoreLink, 0, high-low+1)
	for score := low; score <= high; score++ {
		links = append(links, ScoreLink{Score: score, URL: fmt.Sprintf("%s?s=%d", answerURL, score)})
	}
	return links
}

// compose lays the mail out.
func (s *Service) compose(m *AskMail) (MailContent, error) { return layOut(s.composer, m) }

// layOut lays a mail out, in plain text where no Composer is set.
func layOut(by Composer, m *AskMail) (MailContent, error) {
	if by != nil {
		return by.Compose(m)
	}
	text := ""
	for _, part := range []string{
		m.Fill(m.Version.Intro.In(m.Language)), m.Version.Questions[0].Text.In(m.Language), m.AnswerURL, m.SenderName, m.UnsubscribeURL,
	} {
		if part != "" {
			text += part + "\n\n"
		}
	}
	return MailContent{Subject: m.Subject(), Text: text}, nil
}
