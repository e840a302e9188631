package quiet

import (
	"fmt"
	"slices"
	"strings"
)

// NewcomerCut is how customers who had shown up once or twice by a cut-off were judged by what others like them did (Cohort).
type NewcomerCut struct {
	// N is how many were judged, Base the share of them that stayed silent, and the Figures those of the chance to.
	N    int     `json:"customers"`
	Base float64 `json:"base_rate"`
	Figures
	// Listed is how many of them had been overdue for less than UnreturnedDays, ListedSilent the share of these that stayed silent, and
	// ListedDays the median of their silences on that evening.
	Listed       int     `json:"listed"`
	ListedSilent float64 `json:"listed_silent"`
	ListedDays   float64 `json:"listed_silence_days"`
}

// judgeNewcomers measures the comparison with similar customers; nil where it has nothing to say.
func (o Options) judgeNewcomers(m *Model, known, histories []History, t Day) *NewcomerCut {
	cohort := m.Cohort(known, t, o.Fit.Pauses)
	later := make(map[string]History, len(histories))
	for _, h := range histories {
		later[h.Customer] = h
	}
	var all []forecast
	var silences []float64
	var cut NewcomerCut
	for _, h := range known {
		if len(h.Days) > cohortOrders {
			continue
		}
		s := State{Events: int32(len(h.Days)), First: h.Days[0], Last: h.Days[len(h.Days)-1]}
		n, ok := m.Pausing(o.Fit.Pauses[h.Customer]...).Newcomer(cohort, &s, t)
		if !ok {
			continue
		}
		f := forecast{chance: n.StaysSilent(o.Horizon), silent: !later[h.Customer].within(t, t+Day(o.Horizon))}
		all = append(all, f)
		cut.Base += outcome(f)
		if n.Unreturned(t) {
			cut.ListedSilent += outcome(f)
			silences = append(silences, n.Silence)
		}
	}
	if len(all) == 0 {
		return nil
	}
	cut.N, cut.Listed, cut.Figures = len(all), len(silences), measure(all)
	cut.Base /= float64(cut.N)
	if cut.Listed > 0 {
		slices.Sort(silences)
		cut.ListedSilent /= float64(cut.Listed)
		cut.ListedDays = silences[cut.Listed/2]
	}
	return &cut
}

// write prints how newcomers were judged, beside the base rate: what saying the same of all would have come to.
func (c *NewcomerCut) write(b *strings.Builder) {
	if c == nil {
		return
	}
	fmt.Fprintf(b, "\nNewcomers, compared with similar customers: %d with 1 or 2 active days, %.0f %% of them stayed silent\n"+
		"AUC %.3f, Brier %.3f (%.3f where the same is said of all), calib. error %.3f\n", c.N, 100*c.Base, c.AUC, c.Brier, c.Base*(1-c.Base), c.ECE)
	if c.Listed > 0 {
		fmt.Fprintf(b, "Overdue for less than %d days: %d, after a median of %.0f days; %.0f %% of them stayed silent\n",
			UnreturnedDays, c.Listed, c.ListedDays, 100*c.ListedSilent)
	}
}
