package quiet_test

import (
	"slices"
	"testing"

	"earshot/survey/quiet"
)

func TestContacts(t *testing.T) {
	t.Parallel()
	now := firstDay + 200
	voice := func(n float64, silence quiet.Day, gone float64, departed bool) quiet.Voice {
		return quiet.Voice{State: quiet.State{N: n, Events: int32(n) + 1, Last: now - silence}, Gone: gone, Departed: departed}
	}
	rows := []struct {
		name   string
		in     []quiet.Voice
		lost   []int
		single bool
	}{
		{"nobody", nil, nil, false},
		{"key contact departed", []quiet.Voice{voice(5, 100, 0.2, true), voice(3, 10, 0.1, false)}, []int{0}, true},
		{"key contact fell silent", []quiet.Voice{voice(5, 100, 0.85, false), voice(3, 10, 0.1, false)}, []int{0}, true},
		{"a minor one departed", []quiet.Voice{voice(1, 10, 0.2, true), voice(9, 10, 0.1, false), voice(9, 12, 0.1, false)}, nil, false},
		{"everybody is gone", []quiet.Voice{voice(5, 100, 0.9, false), voice(5, 100, 0.9, false)}, nil, false},
		{"all well", []quiet.Voice{voice(5, 5, 0.1, false), voice(5, 6, 0.1, false)}, nil, false},
		{"never heard", []quiet.Voice{voice(5, 5, 0.1, false), {}}, nil, true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := quiet.LostContacts(row.in); !slices.Equal(got, row.lost) {
				t.Errorf("lost: got %v, want %v", got, row.lost)
			}
			if got := quiet.SingleThreaded(row.in, now); got != row.single {
				t.Errorf("single-threaded: got %v, want %v", got, row.single)
			}
		})
	}
	shares := quiet.Shares([]quiet.Voice{voice(5, 1, 0, false), voice(2, 1, 0, false), {}})
	near(t, "share", shares[0], 6.0/9, 1e-12)
	near(t, "share of one never heard", shares[2], 0, 0)
}
