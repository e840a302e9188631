package quiet_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"earshot/survey/quiet"
)

func ids(list []quiet.Ranked) string {
	out := ""
	for _, r := range list {
		out += r.ID
	}
	return out
}

func TestRank(t *testing.T) {
	t.Parallel()
	sure := func(id string, gone, value float64) quiet.Candidate {
		return quiet.Candidate{ID: id, Rep: "r", Gone: gone, ValuePerWeek: value, Events: 5}
	}
	rows := []struct {
		name string
		opts quiet.RankOptions
		in   []quiet.Candidate
		want string
	}{
		{"by value at risk", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.9, 10), sure("b", 0.8, 100), sure("c", 0.95, 1)}, "bac"},
		{"without values by chance", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.8, 0), sure("b", 0.9, 0), sure("c", 0.9, 0)}, "bca"},
		{"capacity", quiet.RankOptions{Capacity: 2}, []quiet.Candidate{sure("a", 0.9, 3), sure("b", 0.9, 2), sure("c", 0.9, 1)}, "ab"},
		{"default capacity", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.9, 9), sure("b", 0.9, 8), sure("c", 0.9, 7),
			sure("d", 0.9, 6), sure("e", 0.9, 5), sure("f", 0.9, 4)}, "abcde"},
		{"doubtful alone", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.6, 3)}, ""},
		{"doubtful beside sure", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.6, 30), sure("b", 0.9, 2)}, "ab"},
		{"too many doubtful", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.6, 30), sure("b", 0.9, 2), sure("c", 0.55, 20)}, "ab"},
		{"looser q", quiet.RankOptions{FalseAt: 0.5}, []quiet.Candidate{sure("a", 0.6, 3), sure("b", 0.5, 2)}, "ab"},
		{"below the least chance", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.49, 3)}, ""},
		{"save rate", quiet.RankOptions{}, []quiet.Candidate{sure("a", 0.9, 10), {ID: "b", Rep: "r", Gone: 0.9, ValuePerWeek: 15, SaveRate: 0.1, Events: 5}}, "ab"},
		{"not eligible", quiet.RankOptions{}, []quiet.Candidate{
			{ID: "new", Rep: "r", Gone: 0.9, Events: 2}, {ID: "snoozed", Rep: "r", Gone: 0.9, Events: 9, Snoozed: true},
			{ID: "feed", Rep: "r", Gone: 0.9, Events: 9, FeedBroken: true}, sure("a", 0.9, 1)}, "a"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := quiet.Rank(row.in, row.opts)
			if ids(got["r"]) != row.want {
				t.Errorf("got %q, want %q", ids(got["r"]), row.want)
			}
		})
	}
}

func TestRankKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var in []quiet.Candidate
		for i := range rapid.IntRange(0, 60).Draw(t, "customers") {
			in = append(in, quiet.Candidate{
				ID: fmt.Sprint(i), Rep: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "rep"),
				Gone: rapid.Float64Range(0, 1).Draw(t, "gone"), ValuePerWeek: rapid.Float64Range(0, 100).Draw(t, "value"), Events: 4,
			})
		}
		for rep, list := range quiet.Rank(in, quiet.RankOptions{}) {
			doubt := 0.0
			for i, r := range list {
				doubt += 1 - r.Gone
				if r.Rep != rep || r.Gone < 0.5 || i > 0 && r.AtRisk > list[i-1].AtRisk {
					t.Fatalf("list of %s is wrong at %d: %+v", rep, i, list)
				}
			}
			if len(list) > 5 || doubt/float64(len(list)) > 0.3+1e-12 {
				t.Fatalf("%s: %d on the list, %.3f of them expected to be false", rep, len(list), doubt/float64(len(list)))
			}
		}
	})
}

func TestAlarmSteps(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		gone float64
		want int
	}{{0, 0}, {0.4999, 0}, {0.5, 1}, {0.79, 1}, {0.8, 2}, {0.95, 3}, {1, 3}} {
		if got := quiet.AlarmStep(row.gone); got != row.want {
			t.Errorf("AlarmStep(%v): got %d, want %d", row.gone, got, row.want)
		}
	}
}
