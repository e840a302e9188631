package gallery

import (
	"net/url"

	"earshot/analytics"
	"earshot/frontend"
)

func feedbackSamples() []Sample {
	return []Sample{{"feedback", "normal", feedback(analytics.ScaleNPS, npsAnswers, 1)}, {"feedback", "progress", feedback(analytics.ScaleProgress, progressAnswers, 1)},
		{"feedback", "few", feedback(analytics.ScaleCSAT, fewAnswers, 1)}, {"feedback", "extreme", extremeFeedback()},
		{"feedback", "empty", frontend.FeedbackPage{Shell: shell(frontend.PathFeedback), Filter: feedbackFilter(nil), Empty: "No answers yet. Ask somebody, and the figures grow here as they arrive."}},
		{"feedback", "error", frontend.FeedbackPage{Shell: shell(frontend.PathFeedback), Filter: badPeriod(), Empty: "Choose a period that begins before it ends."}}}
}

// Answers by step of the scale, lowest first.
var (
	npsAnswers      = []int{3, 1, 2, 2, 4, 9, 11, 31, 47, 52, 40}
	progressAnswers = []int{0, 3, 12, 39, 10}
	fewAnswers      = []int{0, 1, 0, 2, 4}
)

func tally(scale analytics.Scale, counts []int, times int) analytics.Tally {
	t := analytics.NewTally(scale)
	low, _ := scale.Bounds()
	for i, n := range counts {
		for range n * times {
			t.Add(low + i)
		}
	}
	return t
}

func figure(name string, scale analytics.Scale, counts []int, times int) frontend.FigureRow {
	return frontend.FigureRow{Name: name, URL: "/responses?bucket=" + url.QueryEscape(name), Point: tally(scale, counts, times).Point()}
}

func feedbackFilter(values url.Values) frontend.Form {
	return frontend.FeedbackFilter("/feedback", values, []frontend.Option{{Value: "srv_1", Text: "Quiet pulse"}}, []frontend.Option{{Value: "q1", Text: "How likely are you to recommend us?"}}, segments, reps)
}

func badPeriod() frontend.Form {
	form := feedbackFilter(url.Values{"from": {"2026-03-01"}, "to": {"2026-02-01"}, "metric": {"nps"}})
	for i := range form.Fields {
		if form.Fields[i].Name == "to" {
			form.Fields[i].Error = "Must come after the first day."
		}
	}
	return form
}

func feedback(scale analytics.Scale, counts []int, times int) frontend.FeedbackPage {
	metric := scale.Metrics()[0]
	p := frontend.FeedbackPage{Shell: shell(frontend.PathFeedback), Filter: feedbackFilter(url.Values{"from": {"2025-10-01"}, "to": {"2026-03-18"}, "every": {"month"}}),
		Survey: "Quiet pulse", Question: "How likely are you to recommend Norwind to a colleague?", Scope: "all segments, all reps, 1 Oct 2025 to 18 Mar 2026",
		Scale: scale, Metric: metric, Total: figure("", scale, counts, times), Skipped: 14, SetAside: 2, AllResponses: "/responses",
		Change:       analytics.Change{Metric: metric, From: "2026-01", To: "2026-02", Verdict: analytics.Up, Difference: analytics.Difference{Value: 12.4, Low: 3.1, High: 21.7}},
		Trend:        frontend.Chart{URL: "sample-wide.svg", DarkURL: "sample-wide-dark.svg", Alt: metric.Title(scale) + " by month, rising from October to March.", Width: 1000, Height: 360, Downloads: []frontend.Link{{Text: "SVG", URL: "/feedback/trend.svg"}, {Text: "PNG", URL: "/feedback/trend.png"}}},
		Distribution: frontend.Chart{URL: "sample-wide.svg", Alt: "How the answers spread over the scale.", Width: 1000, Height: 240}}
	for i, m := range scale.Metrics() {
		p.Metrics = append(p.Metrics, frontend.Tab{Link: frontend.Link{Text: m.Title(scale), URL: "/feedback?metric=" + string(m)}, Current: i == 0})
	}
	for _, bucket := range []string{"2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"} {
		p.Buckets = append(p.Buckets, figure(bucket, scale, counts, times))
	}
	p.Buckets[2] = figure("2025-12", scale, nil, 1)
	p.Buckets[5].Point.Partial = true
	for _, share := range p.Total.Point.Distribution.Shares {
		p.Shares = append(p.Shares, frontend.ShareRow{Share: share, URL: "/responses?answer=" + share.Level})
	}
	for i, name := range []string{"Industry", "Retail", ""} {
		row := figure(name, scale, counts, times)
		row.Change = &analytics.Change{Metric: metric, From: "2026-01", To: "2026-02", Verdict: []analytics.Verdict{analytics.Down, analytics.Unclear, analytics.TooFew}[i], Difference: analytics.Difference{Value: -8, Low: -14, High: -2}}
		p.Segments = append(p.Segments, row)
	}
	p.Reps = []frontend.FigureRow{figure("Ana Weber", scale, counts, times), figure("Tom Baptiste", scale, []int{1, 0, 1}, 1)}
	return p
}

func extremeFeedback() frontend.FeedbackPage {
	p := feedback(analytics.ScaleNPS, npsAnswers, 50)
	p.Question, p.Survey, p.Scope = longName+"? "+longWord, arabic, chinese
	p.Skipped, p.SetAside = 1000000000, 1000000000
	p.Segments[0].Name, p.Segments[1].Name, p.Reps[0].Name = longName, longWord, hostile
	p.Change.Verdict = analytics.Down
	return p
}
