package analytics_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/analytics"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("time zone: %v", err)
	}
	return loc
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, zone       string
		every            analytics.Every
		at               string
		start, end, want string
	}{
		{"ISO week 53 reaches into January", "UTC", analytics.Weekly, "2021-01-02T12:00:00Z", "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z", "2020-W53"},
		{"ISO week 1 begins in December", "UTC", analytics.Weekly, "2024-12-30T00:00:00Z", "2024-12-30T00:00:00Z", "2025-01-06T00:00:00Z", "2025-W01"},
		{"Sunday belongs to the week before", "UTC", analytics.Weekly, "2026-03-01T23:59:59Z", "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z", "2026-W09"},
		{"New Year's Eve in New York", "America/New_York", analytics.Daily, "2026-01-01T04:59:59Z", "2025-12-31T00:00:00-05:00", "2026-01-01T00:00:00-05:00", "2025-12-31"},
		{"New Year's Day in Auckland", "Pacific/Auckland", analytics.Monthly, "2025-12-31T11:00:00Z", "2026-01-01T00:00:00+13:00", "2026-02-01T00:00:00+13:00", "2026-01"},
		{"a day of 23 hours", "Europe/Berlin", analytics.Daily, "2026-03-29T10:00:00Z", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", "2026-03-29"},
		{"a day of 25 hours", "Europe/Berlin", analytics.Daily, "2026-10-25T22:30:00Z", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "2026-10-25"},
		{"a week over the change of clocks", "Europe/Berlin", analytics.Weekly, "2026-03-29T21:59:00Z", "2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00", "2026-W13"},
		{"a quarter in two offsets", "Europe/Berlin", analytics.Quarterly, "2026-02-01T00:00:00Z", "2026-01-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00", "2026-Q1"},
		{"no midnight in São Paulo", "America/Sao_Paulo", analytics.Daily, "2018-11-04T12:00:00Z", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00", "2018-11-04"},
		{"midnight twice in Havana", "America/Havana", analytics.Daily, "2025-11-02T04:30:00Z", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00", "2025-11-02"},
		{"the second midnight is the same day", "America/Havana", analytics.Daily, "2025-11-02T05:30:00Z", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00", "2025-11-02"},
		{"the day that Apia never had", "Pacific/Apia", analytics.Daily, "2011-12-30T09:59:59Z", "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-29"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			start := tt.every.Start(at.In(zone(t, tt.zone)))
			if got := start.Format(time.RFC3339); got != tt.start {
				t.Errorf("start: got %s, want %s", got, tt.start)
			}
			if got := tt.every.Next(start).Format(time.RFC3339); got != tt.end {
				t.Errorf("end: got %s, want %s", got, tt.end)
			}
			if got := tt.every.Name(start); got != tt.want {
				t.Errorf("name: got %s, want %s", got, tt.want)
			}
		})
	}
}

// In every zone and at every instant, buckets hold their instants and follow one another without a hole.
func TestBucketsCoverTime(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Africa/Cairo", "Asia/Beirut",
		"Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Antarctica/Troll", "Asia/Gaza", "America/Asuncion"}
	var locations []*time.Location
	for _, z := range zones {
		locations = append(locations, zone(t, z))
	}
	widths := []analytics.Every{analytics.Daily, analytics.Weekly, analytics.Monthly, analytics.Quarterly}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(locations).Draw(t, "zone")
		every := rapid.SampledFrom(widths).Draw(t, "every")
		at := time.Unix(rapid.Int64Range(0, 2_200_000_000).Draw(t, "unix"), 0).In(loc)
		start := every.Start(at)
		next := every.Next(start)
		if start.After(at) || !next.After(at) {
			t.Fatalf("%s: got bucket %s to %s", at, start, next)
		}
		if again := every.Start(start); !again.Equal(start) {
			t.Fatalf("start of %s: got %s, want itself", start, again)
		}
		if before := every.Start(start.Add(-1)); !every.Next(before).Equal(start) {
			t.Fatalf("after %s: got %s, want %s", before, every.Next(before), start)
		}
		if last := every.Start(next.Add(-1)); !last.Equal(start) {
			t.Fatalf("last instant before %s: got bucket %s, want %s", next, last, start)
		}
	})
}
