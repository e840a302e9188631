package chart

import (
	"fmt"
	"strings"

	"earshot/analytics"
)

// By says into which groups a trend is cut.
type By string

// The ways to cut.
const (
	BySegment By = "segment"
	ByRep     By = "rep"
)

// MaximumGroups is the largest number of groups in a picture. Groups come with the largest first; those beyond are left out,
// and the picture says so.
const MaximumGroups = 6

// of returns the groups of a trend.
func (b By) of(t analytics.Trend) []analytics.Series {
	if b == ByRep {
		return t.Reps
	}
	return t.Segments
}

// noun is what a group is called.
func (b By) noun() (one, many string) {
	if b == ByRep {
		return "rep", "reps"
	}
	return "segment", "segments"
}

// label is what stands for a group: its name, or words for those who have none.
func (b By) label(s analytics.Series) string {
	if clean(s.Name) != "" {
		return s.Name
	}
	one, _ := b.noun()
	return "Without a " + one
}

// grouped is a picture of several series in the making.
type grouped struct {
	trend  analytics.Trend
	by     By
	metric analytics.Metric
	shown  []analytics.Series
	// runs are those of each series shown.
	runs  [][][]vertex
	words words
}

// newGrouped takes the groups that the picture shows.
func newGrouped(t analytics.Trend, by By, m analytics.Metric) grouped {
	all := by.of(t)
	g := grouped{trend: t, by: by, metric: m, shown: all[:min(len(all), MaximumGroups)]}
	for _, s := range g.shown {
		g.runs = append(g.runs, runs(m, s.Points))
	}
	one, many := by.noun()
	bucket, _ := bucketNoun(t.Every)
	g.words.title = m.Title(t.Scale) + " by " + one + " and " + bucket
	g.words.subtitle = m.Unit(t.Scale) + "."
	if left := all[len(g.shown):]; len(left) == 1 {
		g.words.notes = append(g.words.notes, "One more "+one+" with fewer answers is not shown.")
	} else if len(left) > 1 {
		g.words.notes = append(g.words.notes, plural(len(left), one, many)+" with fewer answers are not shown.")
	}
	return g
}

// hasFigures says whether there is anything to draw.
func (g grouped) hasFigures() bool { return len(estimates(g.runs...)) > 0 }

// total is the number of answers in the groups shown.
func (g grouped) total() int {
	n := 0
	for _, s := range g.shown {
		n += s.Total.N
	}
	return n
}

// period is the time that the picture covers.
func (g grouped) period() string {
	if len(g.shown) == 0 {
		return ""
	}
	return period(g.trend.Every, g.shown[0].Points)
}

// alt says in words where each group stands.
func (g grouped) alt() string {
	parts := make([]string, len(g.shown))
	for i, s := range g.shown {
		parts[i] = g.by.label(s) + " too few answers"
		if v, ok := last(g.runs[i]); ok {
			parts[i] = fmt.Sprintf("%s %s (%s, n = %s)", g.by.label(s), g.metric.Format(v.estimate.Value),
				g.metric.FormatInterval(v.estimate), integer(v.estimate.N))
		}
	}
	return fmt.Sprintf("%s, %s. Latest figures with 95 %% interval: %s.", g.words.title, g.period(), strings.Join(parts, "; "))
}
