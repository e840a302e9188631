package survey

import (
	"math"
	"time"
)

// WarmUp is how a new sending address is made known to receivers: a few mails on the first day, and each day more than on the one before.
type WarmUp struct {
	// From is the first day, in the installation's zone; before it as few mails go out as on it.
	From Date
	// First is how many mails go out on it, Growth how many times as many on each day as on the one before: at least 1.
	First  int
	Growth float64
}

const (
	// WarmUpGrowth is what WarmUp.Growth usually is.
	WarmUpGrowth = 1.5
	// warmUpDays is how long it takes at most.
	warmUpDays = 30
)

// Day is which day of the warm-up it is, from 1 on; 0 when it is over or there is none. perDay is what the relay takes in the end, 0 without a bound.
func (w *WarmUp) Day(now time.Time, zone *time.Location, perDay int) int {
	if w == nil {
		return 0
	}
	passed := max(int(DateOf(now.In(zone)).day()-w.From.day()), 0)
	if passed >= warmUpDays || perDay > 0 && w.after(passed) >= float64(perDay) {
		return 0
	}
	return passed + 1
}

// most is how many mails may go out in a day; 0 when the warm-up is over or there is none.
func (w *WarmUp) most(now time.Time, zone *time.Location, perDay int) int {
	today := w.Day(now, zone, perDay)
	if today == 0 {
		return 0
	}
	return int(min(w.after(today-1), math.MaxInt32))
}

// after is how many mails go out on the day when that many days have passed.
func (w *WarmUp) after(passed int) float64 {
	return float64(w.First) * math.Pow(w.Growth, float64(passed))
}
