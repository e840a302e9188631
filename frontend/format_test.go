package frontend

import "testing"

func TestTheChanceOfHavingLeft(t *testing.T) {
	t.Parallel()
	rows := []struct {
		gone    float64
		atLeast bool
		want    string
	}{
		{0, false, "0\u202f%"}, {0.004, false, "under 1\u202f%"}, {0.66, false, "66\u202f%"}, {0.9, true, "≥\u202f90\u202f%"}, {0.999, false, "over 99\u202f%"},
	}
	for _, row := range rows {
		if got := leaving(row.gone, row.atLeast); got != row.want {
			t.Errorf("%v, at least %t: got %q, want %q", row.gone, row.atLeast, got, row.want)
		}
	}
}
