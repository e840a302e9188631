package quiet_test

import (
	"strings"
	"testing"

	"earshot/survey/quiet"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		params  quiet.Params
		days    []quiet.Day
		silence quiet.Day
		verb    string
		want    string
	}{
		{"the example", groceryFit(), regular(), 41, "orders",
			"Usually orders every 9-16 days (middle 12); silent for 41 days; about 2 in 100 of such gaps get that long. Chance that they have left: 69 %."},
		{"fewer than one", retailFit(), regular(), 90, "logs in",
			"Usually logs in every 6-25 days (middle 13); silent for 90 days; fewer than 1 in 100 of such gaps get that long. Chance that they have left: 93 %."},
		{"two events", groceryFit(), history(12), 41, "orders",
			"Too new to know their rhythm; compared with similar customers: silent for 41 days; about 8 in 100 of such gaps get that long. Chance that they have left: 73 %."},
		{"one event, one day", retailFit(), history(), 1, "orders",
			"Too new to know their rhythm; compared with similar customers: silent for 1 day; nearly all of such gaps get that long. Chance that they have left: 4 %."},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, row.params)
			s := m.Replay(row.days)
			if got := m.Sentence(s, s.Last+row.silence, row.verb); got != row.want {
				t.Errorf("\n got %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestSentenceAtTheEdges(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		reason quiet.Reason
		want   string
	}{
		{"daily", quiet.Reason{Verb: "calls", Low: 0.3, Middle: 0.8, High: 1.2, Silence: 1, Tail: 0.4, Gone: 0.001, Gaps: 9},
			"Usually calls every 1 day (middle 1); silent for 1 day; about 40 in 100 of such gaps get that long. Chance that they have left: below 1 %."},
		{"as sure as little history can be", quiet.Reason{Verb: "orders", Low: 5, Middle: 6, High: 7, Silence: 30, Tail: 0.2, Gone: 0.9, AtLeast: true, Gaps: 9},
			"Usually orders every 5-7 days (middle 6); silent for 30 days; about 20 in 100 of such gaps get that long. Chance that they have left: at least 9 in 10."},
		{"as sure as much history can be", quiet.Reason{Verb: "orders", Low: 5, Middle: 6, High: 7, Silence: 30, Tail: 0.2, Gone: 0.978, AtLeast: true, Gaps: 9},
			"Usually orders every 5-7 days (middle 6); silent for 30 days; about 20 in 100 of such gaps get that long. Chance that they have left: at least 97 in 100."},
		{"one in a hundred", quiet.Reason{Verb: "orders", Low: 5, Middle: 6, High: 7, Silence: 30, Tail: 0.012, Gone: 0.999, Gaps: 9},
			"Usually orders every 5-7 days (middle 6); silent for 30 days; about 1 in 100 of such gaps gets that long. Chance that they have left: above 99 %."},
		{"one kind of several", quiet.Reason{Verb: "orders", Missing: "order", Low: 5, Middle: 6, High: 7, Silence: 193, Rest: 12, Tail: 0.2, Gone: 0.9, Gaps: 9},
			"Usually orders every 5-7 days (middle 6); no order for 193 days, 12 of them at rest; about 20 in 100 of such gaps get that long. Chance that they have left: 90 %."},
		{"still here", quiet.Reason{Verb: "orders", Missing: "order", Here: "logged in yesterday", Low: 9, Middle: 12, High: 16, Silence: 41, Tail: 0.02, Gone: 0.9, AtLeast: true, Gaps: 9},
			"Usually orders every 9-16 days (middle 12); no order for 41 days; about 2 in 100 of such gaps get that long. Still here: logged in yesterday. Chance that they have stopped buying: at least 9 in 10."},
		{"one kind of a new customer", quiet.Reason{Verb: "orders", Missing: "order", Silence: 1, Tail: 1, Gone: 0.1, Gaps: 1},
			"Too new to know their rhythm; compared with similar customers: no order for 1 day; nearly all of such gaps get that long. Chance that they have left: 10 %."},
		{"beyond the horizon", quiet.Reason{Verb: "orders", Low: 5, Middle: 60, High: 2000, Silence: 30, Tail: 0.5, Gone: 0.5, Gaps: 2},
			"Usually orders every 5 to over 2000 days (middle 60); silent for 30 days; about 50 in 100 of such gaps get that long. Chance that they have left: 50 %."},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := row.reason.Sentence()
			if got != row.want {
				t.Errorf("\n got %s\nwant %s", got, row.want)
			}
			if strings.Contains(got, "has left") {
				t.Errorf("%q claims that the customer has left", got)
			}
		})
	}
}
