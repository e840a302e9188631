package survey

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"earshot/survey/address"
)

// parcel is what must be known to send an invitation's mail, or why it is not sent.
type parcel struct {
	// withhold is why the mail is not sent at all; empty if it may be.
	withhold string
	// notBefore is the next decent hour in zone; zero if the mail may go at once.
	notBefore time.Time
	zone      *time.Location
	// to is the address on the envelope.
	to      address.Address
	version *SurveyVersion
	rep     *Rep // nil: the company asks
}

// parcel reads what the mail needs and decides whether it may go out. It brings the invitation's address up to date.
func (s *Service) parcel(ctx context.Context, inv *Invitation) (*parcel, error) {
	now := s.now()
	p := &parcel{withhold: inv.stale(now)}
	if p.withhold != "" {
		return p, nil
	}
	contact, err := s.Contact(ctx, inv.ContactID)
	if err != nil && KindOf(err) != NotFound {
		return nil, err
	}
	survey, errSurvey := s.Survey(ctx, inv.SurveyID)
	if errSurvey != nil && KindOf(errSurvey) != NotFound {
		return nil, errSurvey
	}
	switch {
	case err != nil:
		p.withhold = "the contact was deleted"
	case errSurvey != nil || survey.Status == Closed:
		p.withhold = "the survey is closed"
	case !contact.LeftAt.IsZero():
		p.withhold = contact.Name + " is no longer the right person there"
	case contact.Email == "":
		p.withhold = contact.Name + " has no e-mail address any more"
	case !contact.UnconfirmedSince.IsZero():
		p.withhold = contact.Name + " is not confirmed yet"
	case !contact.BouncedAt.IsZero():
		p.withhold = "the address was refused on " + contact.BouncedAt.Format(dateWording)
	}
	if p.withhold != "" {
		return p, nil
	}
	inv.Email, inv.ContactName = contact.Email, contact.Name
	p.zone = s.zone(contact.TimeZone)
	if inv.PulseID != "" {
		p.notBefore = decentTime(now, p.zone)
	}
	return p, s.completeParcel(ctx, inv, p)
}

// completeParcel checks the address and reads what stands in the mail.
func (s *Service) completeParcel(ctx context.Context, inv *Invitation, p *parcel) error {
	var err error
	if p.to, err = address.Parse(inv.Email); err != nil {
		p.withhold = fmt.Sprintf("%s cannot be mailed: the address %v", inv.Email, err)
		return nil
	}
	suppressed, err := s.suppressionOf(ctx, inv.Email)
	if err != nil {
		return err
	}
	if suppressed != nil {
		p.withhold = suppressed.withheld()
		return nil
	}
	if p.version, err = s.SurveyVersion(ctx, inv.SurveyID, inv.SurveyVersion); err != nil {
		return err
	}
	if rep, there, broken := s.rep(ctx, cmp.Or(inv.AskedBy, inv.RepID)); there && !rep.Disabled {
		p.rep = &rep
	} else if broken != nil {
		return broken
	}
	return nil
}

// stale says why it is too late to send the mail; empty if it is not.
func (i *Invitation) stale(now time.Time) string {
	switch {
	case !i.AnsweredAt.IsZero():
		return "it was answered already"
	case !i.RevokedAt.IsZero():
		return "it was revoked"
	case !i.DeclinedAt.IsZero():
		return "the contact said that they are not the right person"
	case !i.UnsubscribedAt.IsZero():
		return "the contact unsubscribed"
	case !now.Before(i.ExpiresAt):
		return "the invitation expired on " + i.ExpiresAt.Format(dateWording)
	case !i.Mail.LatestAt.IsZero() && !now.Before(i.Mail.LatestAt):
		return "it was too late: it had to go out until " + i.Mail.LatestAt.Format(dateWording+" 15:04 MST")
	}
	return ""
}

// withheld says why a mail to the address is not sent.
func (x *Suppression) withheld() string {
	return fmt.Sprintf("%s must not be mailed: %s", x.Email, x.Reason.clause())
}

// message makes the mail with a link of its own, which the invitation keeps as a hash.
func (s *Service) message(inv *Invitation, p *parcel) (*Message, error) {
	token := s.addToken(inv)
	answer := s.BaseURL + AnswerPath(token)
	mail := &AskMail{
		Version: p.version, Language: p.version.Language(inv.Language), Company: s.Company, SenderName: s.Company,
		ContactName: inv.ContactName, AnswerURL: answer, UnsubscribeURL: s.BaseURL + UnsubscribePath(token),
		ExpiresAt: inv.ExpiresAt, Scores: scoreLinks(answer, &p.version.Questions[0]),
	}
	m := &Message{
		ID: inv.Mail.MessageID, To: p.to.Envelope(), ToName: inv.ContactName, Language: mail.Language,
		UnsubscribeURL: mail.UnsubscribeURL,
	}
	if p.rep != nil {
		mail.SenderName, m.ReplyTo = p.rep.Name, replyTo(p.rep)
	}
	m.FromName = mail.SenderName
	content, err := s.compose(mail)
	m.Subject, m.Text, m.HTML = content.Subject, content.Text, content.HTML
	return m, err
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

// compose lays the mail out, in plain text where no Composer is set.
func (s *Service) compose(m *AskMail) (MailContent, error) {
	if s.Composer != nil {
		return s.Composer.Compose(m)
	}
	text := ""
	for _, part := range []string{
		m.Version.Intro.In(m.Language), m.Version.Questions[0].Text.In(m.Language), m.AnswerURL, m.SenderName, m.UnsubscribeURL,
	} {
		if part != "" {
			text += part + "\n\n"
		}
	}
	return MailContent{Subject: m.Version.subject(m.Language), Text: text}, nil
}

// subject is the mail's subject in that language.
func (v *SurveyVersion) subject(language string) string {
	return cmp.Or(v.Subject.In(language), v.Title.In(language))
}
