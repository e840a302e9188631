package contrast_test

import (
	"math"
	"testing"

	"earshot/survey/contrast"
)

func colour(t testing.TB, hex string) contrast.Colour {
	t.Helper()
	c, ok := contrast.Parse(hex)
	if !ok {
		t.Fatalf("%q is no colour", hex)
	}
	return c
}

// TestRatio holds the formula against pairs whose ratios are published.
func TestRatio(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21}, {"#ffffff", "#ffffff", 1}, {"#767676", "#ffffff", 4.54}, {"#949494", "#ffffff", 3.03},
		{"#ff0000", "#ffffff", 4.00}, {"#0000ff", "#ffffff", 8.59}, {"#ffff00", "#000000", 19.56},
	} {
		got, back := contrast.Ratio(colour(t, row.a), colour(t, row.b)), contrast.Ratio(colour(t, row.b), colour(t, row.a))
		if math.Abs(got-row.want) > .006 || got != back {
			t.Errorf("%s on %s: got %.3f, the other way %.3f, want %.2f", row.a, row.b, got, back, row.want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "#", "#fff", "0b5a6e0", "#0b5a6", "#0b5a6e7", "#0b5a6g", "#+b5a6e", "#-00001", "red", "#00_00e"} {
		if c, ok := contrast.Parse(bad); ok {
			t.Errorf("%q is taken for %s", bad, c)
		}
	}
	if got := colour(t, "#0B5a6E").String(); got != "#0b5a6e" {
		t.Errorf("got %s", got)
	}
}

// TestShifted tries colours of all corners: each has enough afterwards, none is shifted that had, and none further than it must.
func TestShifted(t *testing.T) {
	t.Parallel()
	grounds := [][]contrast.Colour{
		{contrast.White, colour(t, "#fbfaf7")}, {colour(t, "#21211e"), colour(t, "#171715")}, {contrast.Black}, {contrast.White},
	}
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				c := contrast.Colour{R: uint8(r), G: uint8(g), B: uint8(b)}
				if got := contrast.Ratio(c, c.Ink()); got < contrast.Text {
					t.Errorf("%s on %s has %.2f", c.Ink(), c, got)
				}
				for _, on := range grounds {
					for _, least := range []float64{contrast.Control, contrast.Text} {
						shifted(t, c, least, on)
					}
				}
			}
		}
	}
}

func shifted(t *testing.T, c contrast.Colour, least float64, grounds []contrast.Colour) {
	t.Helper()
	worst := func(c contrast.Colour) float64 {
		w := math.Inf(1)
		for _, ground := range grounds {
			w = min(w, contrast.Ratio(c, ground))
		}
		return w
	}
	got := c.Shifted(least, grounds...)
	switch {
	case worst(got) < least:
		t.Errorf("%s on %v for %.1f: %s has %.2f", c, grounds, least, got, worst(got))
	case worst(c) >= least && got != c:
		t.Errorf("%s on %v for %.1f has enough and became %s", c, grounds, least, got)
	case worst(c) < least && worst(got) > least*1.08:
		t.Errorf("%s on %v for %.1f: %s has %.2f, more than it needs", c, grounds, least, got, worst(got))
	}
}
