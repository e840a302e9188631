package frontend

import (
	"slices"
	"time"

	"earshot/survey"
)

// EffectsPage shows how far each effect is behind, and lists the dead letters of one of them.
type EffectsPage struct {
	Shell
	Effects []EffectRow
	// Tabs choose whose dead letters are listed; empty where there are none at all.
	Tabs []Tab
	// Letters are the dead letters of the chosen effect, and RestartAll starts all of these again, also those behind the page.
	Letters    []DeadLetterRow
	RestartAll *Action
	Pager      Pager
}

// EffectRow is how far one effect is behind.
type EffectRow struct {
	survey.Backlog
	// Letters leads to its dead letters; empty where it has none.
	Letters string
	// Waited is how long the one has been due that waits longest; 0 if none does.
	Waited time.Duration
}

// Tone says how its wait is to be taken: an effect that is not done for minutes needs somebody's eyes.
func (r EffectRow) Tone() Tone {
	switch {
	case r.Waited >= lateAfter:
		return Bad
	case r.Waited >= slowAfter:
		return Warning
	}
	return Neutral
}

// What docs/operators.md alerts of, and what is noticed before.
const (
	slowAfter = time.Minute
	lateAfter = 10 * time.Minute
)

// DeadLetterRow is one dead letter.
type DeadLetterRow struct {
	// About leads to what it is about; its URL is empty where there is no page for that.
	About           Link
	Since, SetAside time.Time
	Tries           int
	Error           string
	Restart         Action
}

// Busy are the effects that wait for somebody, fail or lie dead.
func (p EffectsPage) Busy() []EffectRow {
	return slices.DeleteFunc(slices.Clone(p.Effects), EffectRow.idle)
}

// Idle are the others.
func (p EffectsPage) Idle() []EffectRow {
	return slices.DeleteFunc(slices.Clone(p.Effects), func(r EffectRow) bool { return !r.idle() })
}

func (r EffectRow) idle() bool { return r.Due+r.Working+r.Failing+r.Dead == 0 }

// PageTitle names the page.
func (EffectsPage) PageTitle() string { return "Effects" }

func (EffectsPage) template() string { return "effects" }

// effects words what the effects do, by their names.
var effects = map[string]string{
	"mark_answered":   "Mark the invitation as answered",
	"sign_of_life":    "Record the answer as a sign of life",
	"run_pulse":       "Run the pulse",
	"finish_asks":     "Make the invitations that were decided on",
	"mail":            "Send the mail",
	"remind":          "Remind who has not answered",
	"check_relay":     "Try the mail server",
	"tell_admins":     "Tell admins of a mail server’s fault",
	"release_braked":  "Let mails go that were held back",
	"forward_reply":   "Send answers on to reps",
	"read_mailbox":    "Read the mailbox for what comes back",
	"release_mails":   "Let the mails go that have waited",
	"note_bounce":     "Note that the address was refused",
	"heed_mail":       "Heed a mail that came back",
	"note_decline":    "Note that it is not the right person",
	"end_ask":         "Note that the ask is over",
	"tell_rhythms":    "Tell the rhythms and feeds of new touchpoints",
	"look_at_feed":    "Look whether the feed has stopped",
	"hold_silences":   "Judge the silences that rest on the feed",
	"look_at_silence": "Look at the silence",
	"note_alarms":     "Write the alarm down",
	"follow_alarm":    "Find out what has become of the alarm",
	"review_alarms":   "Look for who was missed, and whether the chances were right",
	"fit_model":       "Fit the model of rhythms",
	"walk_rhythms":    "Have all customers ranked by the new model",
	"rank_customers":  "Judge all customers by the new models, and bring these into force",
	"follow_pace":     "Follow the pace of all customers",
	"tell_facts":      "Tell the rhythm what the customer is",
	"erase_customer":  "Erase the customer",
	"take_in_file":    "Take in the file",
}

// EffectWords says what an effect does; its name where that is not known: a newer program's.
func EffectWords(effect string) string {
	if said, ok := effects[effect]; ok {
		return said
	}
	return capitalWord(words(effect))
}
