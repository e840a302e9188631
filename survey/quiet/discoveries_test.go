package quiet_test

import (
	"math/rand/v2"
	"testing"

	"earshot/survey/quiet"
)

func TestBearable(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		chances []float64
		wrong   float64
		want    int
	}{
		"none":                                 {nil, 0.5, 0},
		"all are sure enough":                  {[]float64{0.9, 0.8, 0.7}, 0.5, 3},
		"the mean decides, not the entry":      {[]float64{0.9, 0.8, 0.3, 0.2, 0.1}, 0.5, 4}, // 0.1, 0.2, 0.7 and 0.8 make 1.8 of 4; 2.7 of 5
		"exactly the share is borne":           {[]float64{0.7, 0.3}, 0.5, 2},
		"the first is not":                     {[]float64{0.4}, 0.5, 0},
		"ordered by value: right again behind": {[]float64{0.3, 0.9, 0.9}, 0.5, 3},
		"a stricter share":                     {[]float64{0.9, 0.8, 0.7}, 0.2, 3},
		"nothing may be wrong":                 {[]float64{1, 1, 0.99}, 0, 2},
	} {
		if got := quiet.Bearable(tt.chances, tt.wrong); got != tt.want {
			t.Errorf("%s: got %d, want %d", name, got, tt.want)
		}
	}
}

// TestBearableKeepsItsWord draws who has left by the chances: the lists are wrong in no more than the share.
func TestBearableKeepsItsWord(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	told, wrong := 0.0, 0.0
	for range 2000 {
		chances := make([]float64, 40)
		for i := range chances {
			chances[i] = 1 - float64(i)/40
		}
		n := quiet.Bearable(chances, 0.3)
		for _, chance := range chances[:n] {
			told++
			if rnd.Float64() >= chance {
				wrong++
			}
		}
	}
	near(t, "share of false discoveries", wrong/told, 0.3, 0.015)
}
