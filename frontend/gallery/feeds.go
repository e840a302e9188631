package gallery

import (
	"net/url"
	"strconv"
	"time"

	"earshot/frontend"
	"earshot/survey"
)

func feedSamples() []Sample {
	normal := feeds()
	rep := feeds()
	rep.User.Admin = false
	for i := range rep.Feeds {
		rep.Feeds[i].Accept, rep.Feeds[i].End, rep.Feeds[i].Pause = nil, nil, nil
	}
	wrong := feeds()
	form := frontend.FeedPauseForm("/feeds/fed_1/pause", "pause-1", url.Values{"from": {"2026-03-20"}, "to": {"2026-03-10"}}).
		Reject(survey.InvalidField("to", "must not lie before the first day"))
	wrong.Feeds[1].Pause = &form
	extreme := feeds()
	for i := range extreme.Feeds {
		f := &extreme.Feeds[i]
		f.Source, f.Held, f.Usual = survey.FromKey([]string{longWord, arabic, hostile, longName}[i]), 1000000000, "2147483647 a day"
		f.Sentence = "No orders from " + f.Source.String() + " since 3 Mar 2026; usually 2147483647 a day."
	}
	return []Sample{{"feeds", "normal", normal}, {"feeds", "rep", rep}, {"feeds", "empty", frontend.FeedsPage{Shell: shell(frontend.PathFeeds)}},
		{"feeds", "error", wrong}, {"feeds", "extreme", extreme}}
}

func feeds() frontend.FeedsPage {
	page := frontend.FeedsPage{Shell: shell(frontend.PathFeeds), Feeds: []frontend.FeedRow{
		{Source: survey.FromKey("Web shop"), Kind: survey.Order, State: survey.FeedStopped, Usual: "40 a day", ArrivedAt: ago(15), LatestOn: ago(15), Held: 202,
			Sentence: "No orders from the API key “Web shop” since 4 Mar 2026; usually 40 a day."},
		{Source: survey.FromFiles, Kind: survey.Payment, State: survey.FeedLiving, Usual: "3.4 a day", ArrivedAt: ago(2), LatestOn: ago(3),
			Pauses: []survey.FeedPause{{From: Now.AddDate(0, 0, 14), To: Now.AddDate(0, 0, 18)}}},
		{Source: survey.FromReps, Kind: survey.Call, State: survey.FeedLearning, ArrivedAt: ago(0), LatestOn: ago(0)},
		{Source: survey.FromKey("Old portal"), Kind: survey.Login, State: survey.FeedOver, Usual: "2 a week", ArrivedAt: ago(80), LatestOn: ago(80)},
	}}
	for i := range page.Feeds {
		f := &page.Feeds[i]
		name := strconv.Itoa(i)
		f.Days = sampleDays(i)
		form := frontend.FeedPauseForm("/feeds/fed_1/pause", "pause-"+name, nil)
		if f.State != survey.FeedOver {
			f.Pause = &form
		}
		if f.Sentence != "" {
			f.Accept = pointer(post("Nothing is missing", "/feeds/fed_1/accept", frontend.Plain, f.Name()))
		}
		if f.State != survey.FeedOver {
			f.End = pointer(post("This feed is over", "/feeds/fed_1/end", frontend.Quiet, f.Name()))
		}
	}
	return page
}

// sampleDays are the counts of each feed's last days.
func sampleDays(feed int) []int {
	days := make([]int, survey.FeedDays)
	for i := range days {
		workday := Now.AddDate(0, 0, i-survey.FeedDays+1).Weekday()%6 != time.Sunday
		switch {
		case feed == 0 && i < survey.FeedDays-15 && workday:
			days[i] = 35 + (i*7)%13
		case feed == 1 && i < survey.FeedDays-2 && workday:
			days[i] = 2 + (i*5)%4
		case feed == 2 && i > survey.FeedDays-12:
			days[i] = i % 3
		}
	}
	return days
}
