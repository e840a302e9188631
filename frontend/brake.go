package frontend

import (
	"strconv"
	"time"

	"earshot/survey"
)

// BrakeAlarm says that mails are held, for too many ended badly.
type BrakeAlarm struct {
	Reason survey.BrakeReason
	// Since is when that began, Waiting how many mails wait.
	Since   time.Time
	Waiting int
	MailEnds
	// URL is where an admin lets them go.
	URL string
}

// Why words the reason.
func (a *BrakeAlarm) Why() string {
	if a.Reason == survey.BrakeComplaints {
		return "Too many people reported mails as spam: who goes on loses the good name of the sender at all providers."
	}
	return "Too many mails were refused or came back, as those of an old or bought list do: who goes on loses the good name of the sender at all providers."
}

// MailEnds are the ends of mails, with the addresses of the lists of those that ended so.
type MailEnds struct {
	survey.MailEnds
	Refused, Bounced, Complained string
}

// BrakePanel shows admins how mails ended of late.
type BrakePanel struct {
	Ends   MailEnds
	Limits survey.BrakeLimits
	// Since is when the counting began; zero where nothing went out yet.
	Since time.Time
	// Release lets mails go that are held; nil where none are.
	Release *Action
	// ReleasedAt is when they were last let go, zero if never, and ReleasedBy who did; empty: by API.
	ReleasedAt time.Time
	ReleasedBy string
}

// Days is how many days are counted.
func (BrakePanel) Days() int { return survey.BrakeDays }

// fineShare writes percent with hundredths where there are some: shares of complaints are small.
func fineShare(percent float64) string { return strconv.FormatFloat(percent, 'f', -1, 64) + "\u00a0%" }
