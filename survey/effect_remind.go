package survey

import (
	"context"

	"earshot/survey/outbox"
)

// effectRemind has the next reminder go out; invitations owe it whose mail was accepted, where their survey reminds.
const effectRemind = "remind"

// sendReminders is the effect effectRemind. It only makes the mail: whether it may go out, and at which hour, is decided as of every other.
func (s *Service) sendReminders(ctx context.Context, b *outbox.Batch[*Invitation]) error {
	surveys, customers, now := map[string]bool{}, map[string]bool{}, s.now()
	for _, item := range b.Items {
		surveys[string(item.Doc.SurveyID)], customers[string(item.Doc.CustomerID)] = true, true
	}
	found, err := s.db.surveys.Fetch(ctx, keys(surveys))
	if err != nil {
		return err
	}
	rhythms, err := s.db.rhythms.Fetch(ctx, keys(customers))
	if err != nil {
		return err
	}
	for _, item := range b.Items {
		inv, survey := item.Doc, found[string(item.Doc.SurveyID)]
		n := len(inv.Reminders)
		unheard := inv.Mail.Kept() && s.Sends() // kept while no mail server was set: a reminder would be the first that they hear
		if unheard || survey == nil || survey.Status == Closed || n >= len(survey.Reminders) || !inv.remindable(now) {
			continue
		}
		due := inv.reminderDue(survey.Reminders)
		if r := rhythms[string(inv.CustomerID)]; r != nil && r.SnoozedUntil.After(due) {
			due = r.SnoozedUntil // a rep wants them left alone
		}
		if due.After(now) {
			item.Again(due)
			continue
		}
		name := MailName(InvitationID(inv.ID), n+1)
		item.Then(func(i *Invitation) {
			if len(i.Reminders) == n && i.remindable(now) {
				i.remind(name+"@"+s.mailHost(), now)
			}
		})
	}
	return nil
}
