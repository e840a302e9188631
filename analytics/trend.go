package analytics

import "time"

// Trend is one question's answers over time: for everyone, by segment and by rep, computed in one pass. The page, the
// API, the table and the chart show this same struct.
type Trend struct {
	Scale Scale `json:"scale"`
	// Every is the width of a bucket.
	Every Every `json:"every"`
	// Zone is the name of the time zone in which days begin and end.
	Zone string `json:"zone"`
	// From and To bound the answers that were counted, From included, To not. They are zero when nothing bounds them.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Everyone is the series of all answers; its Name is empty.
	Everyone Series `json:"everyone"`
	// Segments and Reps have the same buckets as Everyone, ordered by falling number of answers, then by name. Answers
	// without a segment or rep are in the series with an empty name.
	Segments []Series `json:"segments"`
	Reps     []Series `json:"reps"`
	// Skipped counts questions left open; they are no answers.
	Skipped int `json:"skipped"`
	// SetAside counts responses that are set aside as a machine's; they are no answers either.
	SetAside int `json:"set_aside"`
	// Invalid counts answers that are not on the scale, Outside those before From, after To or too far from the rest.
	Invalid int `json:"invalid"`
	Outside int `json:"outside"`
}

// Series is one group's answers over time.
type Series struct {
	// Name is the segment or rep; empty for everyone, and for answers that have none.
	Name string `json:"name"`
	// Total is all of the series' answers as one point, from the first bucket's start to the last one's end.
	Total Point `json:"total"`
	// Points are the buckets in order without a hole: a bucket without an answer is there with N = 0.
	Points []Point `json:"points"`
}

// Point is what one group answered in one bucket. An estimate that has no meaning on the scale is zero and left out of
// the JSON; one with too few answers is there and suppressed.
type Point struct {
	// Bucket names the bucket: 2026-03-31, 2026-W14, 2026-03 or 2026-Q1. It is empty for a total.
	Bucket string `json:"bucket,omitempty"`
	// Start and End bound the bucket in the trend's time zone, Start included, End not.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
	// Partial says that the trend's period covers only a part of the bucket, such as the running month.
	Partial bool `json:"partial,omitempty"`
	// N is the number of answers.
	N int `json:"n"`
	// Mean is the mean answer, on the scale, with a t interval.
	Mean Estimate `json:"mean,omitzero"`
	// TopTwo is the percentage of favourable answers, 0 to 100, with a Wilson interval: the two best answers, 5 to 7 for ces.
	TopTwo Estimate `json:"top_two,omitzero"`
	// NPS is promoters minus detractors, -100 to 100, with the adjusted Wald interval. Only on ScaleNPS.
	NPS Estimate `json:"nps,omitzero"`
	// Balance is the percentage doing better minus that doing worse, -100 to 100. Only on ScaleProgress.
	Balance Estimate `json:"balance,omitzero"`
	// Distribution is how the answers spread.
	Distribution Distribution `json:"distribution"`
}

// Distribution is how answers spread over a scale, best answer first. The counts of fewer than MinimumShown answers are
// hidden: Shares is then empty.
type Distribution struct {
	Scale      Scale `json:"scale"`
	N          int   `json:"n"`
	Suppressed bool  `json:"suppressed"`
	// Shares has one entry for each step of the scale, also for steps that nobody chose.
	Shares []Share `json:"shares"`
	// Groups are the steps that the scale's net score groups: promoters, passives and detractors for nps; better, about the
	// same and worse for progress. Their percentages add up to 100 among themselves. Other scales have none.
	Groups []Share `json:"groups,omitempty"`
}

// Share is one step of a scale, or one group of steps, in a distribution.
type Share struct {
	// Level is the stored answer: the level's name for progress, the number for other scales; for a group its name.
	Level string `json:"level"`
	// Value is the answer as a number on the scale; for a group its lowest one.
	Value int `json:"value"`
	// Label is the words to show.
	Label string `json:"label"`
	Count int    `json:"count"`
	// Percent is rounded to whole percent such that the shares of the distribution add up to 100.
	Percent float64 `json:"percent"`
	// Exact is the unrounded percentage with its Wilson interval.
	Exact Estimate `json:"exact"`
}
