package quiet_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"earshot/survey/quiet"
)

func TestParamsAreChecked(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		spot func(*quiet.Params)
		want string
	}{
		{"r", func(p *quiet.Params) { p.R = 0 }, "r is 0"},
		{"alpha", func(p *quiet.Params) { p.Alpha = -1 }, "alpha is -1"},
		{"a", func(p *quiet.Params) { p.A = math.NaN() }, "a is NaN"},
		{"b", func(p *quiet.Params) { p.B = math.Inf(1) }, "b is +Inf"},
		{"m", func(p *quiet.Params) { p.M = math.Inf(-1) }, "m is -Inf"},
		{"sd", func(p *quiet.Params) { p.SD = 0 }, "sd is 0"},
		{"eps", func(p *quiet.Params) { p.Eps = 0.4 }, "eps is 0.4"},
		{"no skipped cycles", func(p *quiet.Params) { p.Eps = 0 }, "eps is 0"},
		{"rho", func(p *quiet.Params) { p.Rho = 1 }, "rho is 1"},
		{"delta", func(p *quiet.Params) { p.Delta = 1.01 }, "delta is 1.01"},
		{"companion", func(p *quiet.Params) { p.MBG.B = 0 }, "mbg.b is 0"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := quiet.Defaults()
			row.spot(&p)
			_, err := quiet.NewModel(p)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want an error that says %q", err, row.want)
			}
		})
	}
	if err := quiet.Defaults().Validate(); err != nil {
		t.Errorf("Defaults: %v", err)
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		at   time.Time
		want string
	}{
		{"midnight", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01"},
		{"last second", time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC), "2026-02-28"},
		{"before 1970", time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC), "1969-12-31"},
		{"other zone", time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 7200)), "2026-02-28"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := quiet.DayOf(row.at).String(); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}
