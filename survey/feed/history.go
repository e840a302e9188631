package feed

import (
	"math"
	"slices"
)

const (
	// kept is how many days a History reaches back: over a year, so that what was seen a year before is known.
	kept = 466
	// keptArrivals is how many days of arrival tell how late data usually are.
	keptArrivals = 32
	// keptSpans is how many pauses, and how many outages, are kept.
	keptSpans = 40
	// fewArrivals is from how many days of arrival on these tell; before, firstLag days are taken.
	fewArrivals = 3
	firstLag    = 14
	// longestLag is how late, in days, what usually arrives can be; what is later is a backlog.
	longestLag = 40
	// mostSlack bounds the days by which an arrival may be later than usual.
	mostSlack = 3
)

// History is what is known of a feed. The zero History has seen nothing.
type History struct {
	// First is the day of Counts[0]; Counts are the events by the day on which they happened.
	First  Day     `json:"first"`
	Counts []int32 `json:"counts,omitempty"`
	// Arrivals are the latest days on which something arrived, in order.
	Arrivals []Arrival `json:"arrivals,omitempty"`
	// Since is the day from which on the rate is learnt; what was before tells of a feed that was another.
	Since Day `json:"since,omitempty"`
	// Pauses are days on which nothing is expected, as somebody has declared.
	Pauses []Span `json:"pauses,omitempty"`
	// Outages are days of which data are missing, in order; the last one may be going on.
	Outages []Outage `json:"outages,omitempty"`
}

// Arrival is a day on which something arrived.
type Arrival struct {
	Day Day `json:"day"`
	// From is the latest day of which anything was known before, and Lag how many days ago the earliest event after it was.
	From Day   `json:"from"`
	Lag  int32 `json:"lag"`
}

// Outage is days of which data are missing.
type Outage struct {
	// From is the first of them. To is the last; zero while it goes on.
	From Day `json:"from"`
	To   Day `json:"to,omitempty"`
	// Stopped says that nothing comes at all, and not only less than half.
	Stopped bool `json:"stopped"`
	// Rate is how many events a day were usual before.
	Rate float64 `json:"rate"`
}

func (o Outage) holds(day Day) bool { return o.From <= day && (o.Open() || day <= o.To) }

// Open says that the outage goes on.
func (o Outage) Open() bool { return o.To == 0 }

// Add counts events by the days on which they happened, which all arrived on one day. Days that are too long ago to matter
// are passed over, and so are those behind the day after the arrival.
func (h *History) Add(counts map[Day]int, arrived Day) {
	before, known := h.Latest()
	earliest := arrived + 1
	for day, n := range counts {
		if n <= 0 || day > arrived+1 || day <= arrived-kept {
			continue
		}
		h.count(day, n)
		if day > h.from(arrived, before) {
			earliest = min(earliest, day)
		}
	}
	h.trim(arrived)
	if len(counts) > 0 {
		h.arrive(arrived, before, known, earliest)
	}
}

// from is the latest day of which anything was known before that day.
func (h *History) from(arrived, before Day) Day {
	if last := len(h.Arrivals) - 1; last >= 0 && h.Arrivals[last].Day == arrived {
		return h.Arrivals[last].From
	}
	return before
}

// arrive notes how late the earliest event was that told something new. What fills the history at first, or after an
// outage, says nothing of that.
func (h *History) arrive(arrived, before Day, known bool, earliest Day) {
	lag := int32(max(arrived-earliest, 0))
	last := len(h.Arrivals) - 1
	if last >= 0 && h.Arrivals[last].Day >= arrived {
		a := &h.Arrivals[last]
		if lag <= longestLag && h.Arrivals[0].Day < a.Day {
			a.Lag = max(a.Lag, lag)
		}
		return
	}
	if !known || lag > longestLag {
		lag = 0
	}
	h.Arrivals = append(h.Arrivals, Arrival{Day: arrived, From: before, Lag: lag})
	h.Arrivals = h.Arrivals[max(0, len(h.Arrivals)-keptArrivals):]
}

func (h *History) count(day Day, n int) {
	if len(h.Counts) == 0 {
		h.First = day
	}
	if day < h.First {
		h.Counts = slices.Concat(make([]int32, h.First-day), h.Counts)
		h.First = day
	}
	if missing := int(day-h.First) + 1 - len(h.Counts); missing > 0 {
		h.Counts = append(h.Counts, make([]int32, missing)...)
	}
	c := &h.Counts[day-h.First]
	*c = int32(min(int64(*c)+int64(n), math.MaxInt32))
}

// trim forgets what is too long ago.
func (h *History) trim(today Day) {
	if old := int(today - kept - h.First); old > 0 {
		h.Counts = slices.Clone(h.Counts[min(old, len(h.Counts)):])
		h.First += Day(old)
	}
	h.Pauses = h.Pauses[max(0, len(h.Pauses)-keptSpans):]
	h.Outages = slices.DeleteFunc(h.Outages, func(o Outage) bool { return !o.Open() && o.To < h.First })
	h.Outages = h.Outages[max(0, len(h.Outages)-keptSpans):]
}

// Latest returns the latest day with an event; false if there is none.
func (h *History) Latest() (Day, bool) {
	for i := len(h.Counts) - 1; i >= 0; i-- {
		if h.Counts[i] > 0 {
			return h.First + Day(i), true
		}
	}
	return 0, false
}

// at returns how many events there were on that day.
func (h *History) at(day Day) int {
	if i := int(day - h.First); i >= 0 && i < len(h.Counts) {
		return int(h.Counts[i])
	}
	return 0
}

// counts says whether the day tells anything of the usual rate: it is known, no pause, and no data of it are missing.
func (h *History) counts(day Day) bool {
	if day < h.First || h.paused(day) {
		return false
	}
	return !slices.ContainsFunc(h.Outages, func(o Outage) bool { return o.holds(day) })
}

// Concerns says whether events of these days may end an outage, or fill one that is over.
func (h *History) Concerns(counts map[Day]int) bool {
	return h.Current() != nil || slices.ContainsFunc(h.Outages, func(o Outage) bool {
		for day := range counts {
			if o.holds(day) {
				return true
			}
		}
		return false
	})
}

func (h *History) paused(day Day) bool {
	return slices.ContainsFunc(h.Pauses, func(p Span) bool { return p.holds(day) })
}

// Lag returns how many days after a day its events are usually all here: 0 of a feed that tells at once, 7 of a weekly file.
// A tenth of the arrivals may be later.
func (h *History) Lag() int {
	if len(h.Arrivals) < fewArrivals {
		return firstLag
	}
	lags := make([]int32, len(h.Arrivals))
	for i, a := range h.Arrivals {
		lags[i] = a.Lag
	}
	slices.Sort(lags)
	const share = 0.9
	return int(lags[int(math.Ceil(share*float64(len(lags))))-1])
}

// Complete returns the last day of which all events should be here: data that come in files may be a little later than
// usual.
func (h *History) Complete(today Day) Day {
	lag := h.Lag()
	return today - 1 - Day(lag) - Day(min(lag/2, mostSlack))
}

// Pause declares that nothing is expected on these days.
func (h *History) Pause(s Span) {
	h.Pauses = append(h.Pauses, s)
	slices.SortFunc(h.Pauses, func(a, b Span) int { return int(a.From - b.From) })
}

// Accept takes what is missing as right: the rate is learnt anew from the begin of the outage that goes on, and nothing is
// missing any more. It does nothing where none goes on.
func (h *History) Accept() {
	if o := h.Current(); o != nil {
		h.Since = o.From
		h.Outages = h.Outages[:len(h.Outages)-1]
	}
}

// Last returns the counts of the last days, oldest first; the last is today's.
func (h *History) Last(days int, today Day) []int {
	out := make([]int, days)
	for i := range out {
		out[i] = h.at(today - Day(days-1-i))
	}
	return out
}
