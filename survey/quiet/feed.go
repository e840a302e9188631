package quiet

import "math"

const (
	// feedZ is how many standard deviations below its expectation a day's number of events must lie.
	feedZ = -4
	// alarmFlood is how many times the usual number of new alarms means that the data are wrong, not the customers.
	alarmFlood = 5
	// alarmFloodFrom is the number of new alarms below which that is never said.
	alarmFloodFrom = 10
	// feedDays of history are needed before anything is said about a feed.
	feedDays = 4
)

// FeedBroken says whether a day's number of events is so far below what comparable days brought (say, the last eight of
// the same weekday) that the feed must be thought broken: then one notice is raised and alarms are held. Counts vary
// more than chance alone (negative binomial); the variance is that of the comparable days, at least their mean.
func FeedBroken(today int, comparable []int) bool {
	if len(comparable) < feedDays {
		return false
	}
	n := float64(len(comparable))
	mean := float64(sumOf(comparable)) / n
	variance := 0.0
	for _, c := range comparable {
		variance += (float64(c) - mean) * (float64(c) - mean) / (n - 1)
	}
	spread := math.Sqrt(max(variance, mean))
	return spread > 0 && (float64(today)-mean)/spread < feedZ
}

// AlarmFlood says whether so many new alarms came at once, compared with the usual number, that the data must be
// doubted first.
func AlarmFlood(newAlarms int, usual float64) bool {
	return newAlarms >= alarmFloodFrom && float64(newAlarms) > alarmFlood*usual
}

// FalseAlarms forecasts the load of a threshold before it is set: the number of alarms a week, over all states, on
// customers who would have come back. It is the sum of rate times the tail at the silence where the alarm is raised.
func (m *Model) FalseAlarms(states []State, theta float64) float64 {
	sum := 0.0
	for _, s := range states {
		if s.Events < MinEvents {
			continue
		}
		if at, found := m.AlarmAt(s, theta); found {
			sum += m.ExpectedEvents(s, daysPerWeek) * m.Tail(s, at)
		}
	}
	return sum
}
