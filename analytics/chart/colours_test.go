package chart_test

import (
	"math"
	"testing"

	"earshot/analytics/chart"
)

// Readers who lack the red or the green cones (one man in twelve has a form of it) still tell apart what stands for
// different things. Simulation: Viénot, Brettel & Mollon, Color Res. Appl. 1999 24:243. Distance: CIE 1976, where 2.3 is
// just noticeable; 15 is seen at a glance.
func TestColourBlindness(t *testing.T) {
	t.Parallel()
	blind := map[string][3][3]float64{
		"all cones": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"no red":    {{.11238, .88762, 0}, {.11238, .88762, 0}, {.00401, -.00401, 1}},
		"no green":  {{.29275, .70725, 0}, {.29275, .70725, 0}, {-.02234, .02234, 1}},
	}
	for _, theme := range []chart.Theme{chart.Light, chart.Dark} {
		for name, eye := range blind {
			for _, pair := range theme.Tells() {
				if got := distance(lab(see(eye, pair.A)), lab(see(eye, pair.B))); got < 15 {
					t.Errorf("%s, %s, %s: got a distance of %.1f, want at least 15", theme, name, pair.Name, got)
				}
			}
		}
	}
}

// see returns the linear light that an eye makes of an sRGB colour.
func see(eye [3][3]float64, c [3]uint8) (out [3]float64) {
	var light [3]float64
	for i, channel := range c {
		v := float64(channel) / 255
		light[i] = math.Pow((v+.055)/1.055, 2.4)
		if v <= .04045 {
			light[i] = v / 12.92
		}
	}
	for i := range out {
		for j := range light {
			out[i] += eye[i][j] * light[j]
		}
	}
	return out
}

// lab turns linear light into CIE L*a*b* under D65.
func lab(rgb [3]float64) [3]float64 {
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	x := f((.4124*rgb[0] + .3576*rgb[1] + .1805*rgb[2]) / .95047)
	y := f(.2126*rgb[0] + .7152*rgb[1] + .0722*rgb[2])
	z := f((.0193*rgb[0] + .1192*rgb[1] + .9505*rgb[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func distance(a, b [3]float64) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}
