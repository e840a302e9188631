package survey

import (
	"context"
	"fmt"
	"strings"
	"time"

	"earshot/survey/internal/secret"
)

// SendReset mails a rep the link by which they set a new password. The link leads to where Earshot is told to be reached,
// whatever the request said that asked for it. Errors are Unavailable where it may be tried again, and Conflict where no mail
// can go there.
func (s *Service) SendReset(ctx context.Context, to Rep, token string, ends time.Time) error {
	text := fmt.Sprintf("Somebody, probably you, has asked for a new password for your account in Earshot.\n\nSet it here, until %s:\n%s/reset/%s\n\nIf it was not you, leave this mail alone: nothing changes, and your password stays as it is.\n",
		ends.In(s.timeZone).Format("15:04 MST"), s.baseURL, token)
	return s.sendLetter(ctx, to, "Set a new password", text, token)
}

// TellPasswordChanged mails a rep that their password was changed, so that they notice where it was not them.
func (s *Service) TellPasswordChanged(ctx context.Context, to Rep, at time.Time) error {
	text := fmt.Sprintf("The password of your account in Earshot was changed on %s. You are logged out everywhere.\n\nIf it was not you, tell an admin at once, and set a new one here:\n%s/forgot\n",
		at.In(s.timeZone).Format("2 January 2006, 15:04 MST"), s.baseURL)
	return s.sendLetter(ctx, to, "Your password was changed", text, "")
}

// TellRecoveryUsed mails a rep that somebody came in by a recovery code of theirs, so that they notice where it was not them.
func (s *Service) TellRecoveryUsed(ctx context.Context, to Rep, at time.Time, left int) error {
	text := fmt.Sprintf("Somebody, probably you, has logged in to your account in Earshot on %s with your password and a recovery code, in place of your second factor. Codes that are left: %d.\n\nIf it was not you, tell an admin at once, and set a new password here:\n%s/forgot\n\nIf you have lost your phone, set up another one and make new codes:\n%s/account/factors\n",
		at.In(s.timeZone).Format("2 January 2006, 15:04 MST"), left, s.baseURL, s.baseURL)
	return s.sendLetter(ctx, to, "A recovery code was used", text, "")
}

// sendLetter mails one of ours. The token in it, if it is not empty, is left out where the mail server's words quote it.
func (s *Service) sendLetter(ctx context.Context, to Rep, subject, text, token string) error {
	if !s.Sends() || replyTo(&to) == "" {
		return Errorf(Conflict, "no mail can be sent there")
	}
	suppressed, err := s.suppressionsOf(ctx, []string{to.Email})
	if err != nil {
		return err
	}
	if x := suppressedIn(suppressed, to.Email); x != nil {
		return Errorf(Conflict, "%s", x.withheld())
	}
	m := &Message{
		ID:       fmt.Sprintf("letter-%s@%s", secret.New(s.random), s.mailHost()),
		FromName: s.company, To: replyTo(&to), ToName: to.Name, Language: "en", Subject: subject, Text: text,
	}
	relays, err := s.fleet(ctx)
	if err != nil {
		return err
	}
	by, err := s.roomFor(ctx, relays, m)
	if err != nil {
		return err
	}
	if by.by == nil {
		return Errorf(Unavailable, "no mail goes out now: %s", by.why)
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	o := by.by.Mailer.Deliver(ctx, m)
	if token != "" {
		o.Reply = strings.ReplaceAll(o.Reply, token, "***")
	}
	switch o.Delivery {
	case Accepted, Uncertain:
		return nil
	case Temporary:
		return Errorf(Unavailable, "the mail server takes no mail now: %s", o.Reply)
	default:
		return Errorf(Conflict, "the mail server refused the mail: %s", o.Reply)
	}
}
