package survey

import (
	"time"

	"earshot/survey/quiet"
)

const (
	// RenewalDays is how many days before a contract's renewal a silence weighs more: the time in which most contracts can be
	// given notice.
	RenewalDays = 60
	// renewalFactor is what the rank of a quiet customer is multiplied by in that time.
	renewalFactor = 2
)

// RenewsSoon says whether the customer's contract ends or renews within RenewalDays from the day of t in its own zone.
func (c *Customer) RenewsSoon(t time.Time) bool {
	y, m, d := t.Date()
	return renewsSoon(c.RenewsOn, quiet.DayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)))
}

func renewsSoon(on Date, today quiet.Day) bool {
	return on != "" && today <= on.day() && on.day() <= today+RenewalDays
}

// urgency is what the rank of a silence is multiplied by on that day.
func (r *Rhythm) urgency(today quiet.Day) float64 {
	if renewsSoon(r.RenewsOn, today) {
		return renewalFactor
	}
	return 1
}
