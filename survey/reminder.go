package survey

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reminder is a mail that follows the one that asks, in its thread, where the contact has not answered.
type Reminder struct {
	// AfterDays is how many days after the mail before it goes out, at the earliest.
	AfterDays int `json:"after_days" validate:"gte=1,lte=60"`
	// Text stands where the survey's intro stands in the first mail; empty is the usual wording of each language.
	Text Text `json:"text,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=2000,prose"`
}

// MaxReminders is how many reminders follow a mail at most; the validate tag of Survey.Reminders says the same.
const MaxReminders = 2

// DefaultReminderDays is how many days a reminder waits where nobody says.
const DefaultReminderDays = 4

// lastCall is how long before the link ends a reminder must go out, at the latest: who reads it shall have a day to answer.
const lastCall = day

// current is the mail of the invitation that was made last: the first one or a reminder. It alone can be on its way. It is for reading; to change
// it take edit.
func (i *Invitation) current() *Mail { return i.mail(len(i.Reminders)) }

// LatestMail is the mail of the invitation that was made last: the first one or a reminder. It is for reading.
func (i *Invitation) LatestMail() *Mail { return i.current() }

// mail is the first mail (0), or the reminder of that number, for reading.
func (i *Invitation) mail(n int) *Mail {
	if n == 0 {
		return &i.Mail
	}
	return &i.Reminders[n-1]
}

// edit is current for changing it at once: several invitations in memory may share the reminders, so each edit makes copies of its own.
func (i *Invitation) edit() *Mail { return i.editMail(len(i.Reminders)) }

// editMail is mail for changing it at once.
func (i *Invitation) editMail(n int) *Mail {
	i.Reminders = slices.Clone(i.Reminders)
	return i.mail(n)
}

// Foremost is the mail by which the invitation stands. It is for reading.
func (i *Invitation) Foremost() *Mail { return i.foremost() }

// foremost is the mail by which the invitation stands: a reminder that was not sent, or was refused for what it says, leaves the mail before it
// as it was.
func (i *Invitation) foremost() *Mail {
	for n := len(i.Reminders); n > 0; n-- {
		m := i.mail(n)
		if m.State != MailWithheld && (m.State != MailRefused || m.BadAddress) {
			return m
		}
	}
	return &i.Mail
}

// lost says that no mail reaches the contact any more, nor has one.
func (i *Invitation) lost() bool {
	for n := range i.Reminders {
		if !i.Reminders[n].failed() {
			return false
		}
	}
	return i.Mail.failed()
}

// remindable says that the contact has got the mail before, is free to answer, and has been heard of in no way.
func (i *Invitation) remindable(now time.Time) bool {
	return i.Open(now) && i.RepliedAt.IsZero() && i.current().State == MailAccepted && i.foremost().State == MailAccepted &&
		now.Add(lastCall).Before(i.ExpiresAt)
}

// planReminder has the next reminder go out in its time, if there is one.
func (i *Invitation) planReminder(reminders []Reminder) {
	i.Schedule(effectRemind, time.Time{})
	if n := len(i.Reminders); n < len(reminders) && i.current().State == MailAccepted {
		i.owe(effectRemind, i.reminderDue(reminders))
	}
}

// reminderDue is when the next reminder is due.
func (i *Invitation) reminderDue(reminders []Reminder) time.Time {
	return i.current().AcceptedAt.Add(time.Duration(reminders[len(i.Reminders)].AfterDays) * day)
}

// NextReminder is when the contact is reminded, at the earliest; zero if they are not, as far as is known now.
func (i *Invitation) NextReminder(now time.Time) time.Time {
	owed := i.Owing(effectRemind)
	if owed == nil || !i.remindable(now) || !owed.Due.Add(lastCall).Before(i.ExpiresAt) {
		return time.Time{}
	}
	return owed.Due
}

// remind has the next reminder go out.
func (i *Invitation) remind(messageID string, now time.Time) {
	m := Mail{MessageID: messageID, LatestAt: earlier(now.Add(sendWithinByPulse), i.ExpiresAt.Add(-lastCall))}
	i.Reminders = append(slices.Clip(i.Reminders), m)
	i.step(MailEvent{At: now, State: MailQueued})
	i.Owe(effectMail, now)
}

// The mails of an invitation are told apart by a number behind its id, as it stands in their Message-ID, their return path and among the kept
// mails: inv_… is the first one, inv_…-1 the first reminder.

// MailName is the name of a mail of the invitation.
func MailName(id InvitationID, n int) string {
	if n == 0 {
		return string(id)
	}
	return string(id) + "-" + strconv.Itoa(n)
}

// mailNames are the names of all mails that the invitation can have.
func mailNames(id InvitationID) []string {
	names := make([]string, MaxReminders+1)
	for n := range names {
		names[n] = MailName(id, n)
	}
	return names
}

// mailNamed is what the name of a mail looks like.
var mailNamed = regexp.MustCompile(`^(inv_[0-9a-z]{26})(?:-([1-9]))?$`)

// splitMailName returns which mail of which invitation has the name; false where it is none.
func splitMailName(name string) (id InvitationID, n int, ok bool) {
	parts := mailNamed.FindStringSubmatch(strings.ToLower(name))
	if parts == nil {
		return "", 0, false
	}
	n, _ = strconv.Atoi(parts[2]) // a digit, or nothing, which is the first mail
	return InvitationID(parts[1]), n, n <= MaxReminders
}
