package frontend

import (
	"slices"

	"earshot/analytics"
)

// FeedbackPage shows how one question was answered over time, for everyone, by segment and by rep. The figures come from
// one analytics.Trend and are shown as they stand there.
type FeedbackPage struct {
	Shell
	// Filter is the form made by FeedbackFilter.
	Filter Form
	// Survey and Question are what is shown; Scope says in words of whom and when.
	Survey   string
	Question string
	Scope    string
	Scale    analytics.Scale
	// Metric is the figure that is charted and listed; Metrics switch it.
	Metric  analytics.Metric
	Metrics []Tab
	// Total is all answers together.
	Total FigureRow
	// Change compares the latest two whole buckets.
	Change analytics.Change
	Trend  Chart
	// Buckets are the trend's numbers, in order of time.
	Buckets []FigureRow
	// Distribution is how the answers spread; Shares are its numbers, best answer first, with links to the answers.
	Distribution Chart
	Shares       []ShareRow
	Segments     []FigureRow
	Reps         []FigureRow
	// SegmentsChart and RepsChart draw them side by side over time; their URLs are empty where there is nothing to compare.
	SegmentsChart Chart
	RepsChart     Chart
	// Skipped counts open questions and SetAside responses that are not counted, because machines seem to have given them.
	Skipped  int
	SetAside int
	// AllResponses leads to the answers behind the page.
	AllResponses string
	// Notice at Empty says why there is nothing to show, and what to do; empty where there is.
	Empty string
}

// FigureRow is one row of figures.
type FigureRow struct {
	// Name is the bucket's, segment's or rep's; empty for those without.
	Name  string
	URL   string
	Point analytics.Point
	// Change compares the row's latest two buckets, for segments and reps; nil leaves it out.
	Change *analytics.Change
}

// ShareRow is one step of the scale in the distribution.
type ShareRow struct {
	analytics.Share
	URL string
}

// Of is the row's estimate of a metric.
func (r FigureRow) Of(m analytics.Metric) analytics.Estimate { return m.Of(r.Point) }

// PageTitle names the page.
func (FeedbackPage) PageTitle() string { return "Feedback" }

func (FeedbackPage) template() string { return "feedback" }

// figures is a table of one metric.
type figures struct {
	Metric  analytics.Metric
	Scale   analytics.Scale
	Heading string
	Rows    []FigureRow
	// Changes says that the rows have changes to show.
	Changes bool
}

func newFigures(p FeedbackPage, heading string, rows []FigureRow) figures {
	changes := slices.ContainsFunc(rows, func(r FigureRow) bool { return r.Change != nil })
	return figures{Metric: p.Metric, Scale: p.Scale, Heading: heading, Rows: rows, Changes: changes}
}

// Label is the row's name, as people say it.
func (f figures) Label(r FigureRow) string {
	switch {
	case r.Name == "":
		return "None"
	case f.Heading == "Period":
		return bucketName(r.Name)
	}
	return r.Name
}
