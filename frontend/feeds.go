package frontend

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"earshot/survey"
)

// FeedNotice says that a feed has stopped or thinned, and how many alarms are held for it.
type FeedNotice struct {
	Sentence string
	Held     int
	// Brief leaves out how many alarms are held, and the way to all feeds: for those who see only some customers.
	Brief bool
}

// FeedsPage lists the feeds: what comes from where, how much of it is usual, and which has stopped.
type FeedsPage struct {
	Shell
	Feeds []FeedRow
}

// FeedRow is one feed.
type FeedRow struct {
	Source survey.FeedSource
	Kind   survey.TouchpointKind
	State  survey.FeedState
	// Usual words the usual rate; empty where too little is known.
	Usual string
	// ArrivedAt is when something last arrived, LatestOn the latest day of which something is known.
	ArrivedAt, LatestOn time.Time
	// Sentence says what is missing; empty while nothing is.
	Sentence string
	Held     int
	// Days are the counts of the last days, oldest first.
	Days []int
	// Pauses are the days on which nothing is expected that are not over.
	Pauses []survey.FeedPause
	// Accept says that nothing is missing, End that the feed is over; nil where they make no sense. Pause is the form made by
	// FeedPauseForm; nil where the rep may not.
	Accept, End *Action
	Pause       *Form
}

// Name says what comes from where.
func (r FeedRow) Name() string { return survey.FeedName(r.Source, r.Kind) }

// Look is how the state is shown.
func (r FeedRow) Look() said {
	switch r.State {
	case survey.FeedLearning:
		return said{"Learning", Neutral}
	case survey.FeedStopped:
		return said{"Stopped", Bad}
	case survey.FeedThinned:
		return said{"Thinned", Bad}
	case survey.FeedOver:
		return said{"Over", Neutral}
	}
	return said{"Living", Good}
}

// The size of a picture of days, in its own units: each day is one wide.
const barsHeight = 16

// Bars are the days as bars: the path of an SVG as wide as there are days. Empty where there is nothing to draw.
func (r FeedRow) Bars() string {
	most := 0
	if len(r.Days) > 0 {
		most = slices.Max(r.Days)
	}
	if most == 0 {
		return ""
	}
	var b strings.Builder
	for i, n := range r.Days {
		if n > 0 {
			fmt.Fprintf(&b, "M%d %dv-%.1fh.7V%dz", i, barsHeight, max(0.5, barsHeight*float64(n)/float64(most)), barsHeight)
		}
	}
	return b.String()
}

// FeedPauseForm declares days on which nothing is expected of a feed. id tells the forms of a page apart.
func FeedPauseForm(action, id string, values url.Values) Form {
	return Form{ID: id, Action: action, Submit: "Declare the pause", Fields: filled(values,
		Field{Kind: DateField, Name: "from", Label: "First day", Required: true, Narrow: true},
		Field{Kind: DateField, Name: "to", Label: "Last day", Required: true, Narrow: true})}
}

// PageTitle names the page.
func (FeedsPage) PageTitle() string { return "Feeds" }

func (FeedsPage) template() string { return "feeds" }
