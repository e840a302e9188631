package analytics

import "fmt"

// Asking compares customers who were asked in a silence with those whom the draw kept out of asking: how many came back by themselves within
// so many days of the draw. Both sides were drawn from those whom a pulse would have asked, so they differ in nothing but luck; who was
// kept out stays on that side even where somebody asked them all the same, since leaving those out would make the sides differ again.
type Asking struct {
	Days int `json:"days"`
	// Asked and HeldOut are shares from 0 to 1 with their Wilson intervals.
	Asked   Estimate `json:"asked"`
	HeldOut Estimate `json:"held_out"`
	// Difference is the first less the second, with Newcombe's interval; zero where the verdict is TooFew.
	Difference Difference `json:"difference"`
	Verdict    Verdict    `json:"verdict"`
}

// CompareAsking compares how many of each side came back within that many days.
func CompareAsking(days, asked, ofAsked, heldOut, ofHeldOut int) Asking {
	a := Asking{Days: days, Asked: Proportion(asked, ofAsked), HeldOut: Proportion(heldOut, ofHeldOut), Verdict: TooFew}
	if min(ofAsked, ofHeldOut) >= MinimumCompared {
		a.Difference = CompareProportions(asked, ofAsked, heldOut, ofHeldOut)
		a.Verdict = a.Difference.verdict(a.Difference.P < significance)
	}
	return a
}

// Sentence says what may be said of it.
func (a Asking) Sentence() string {
	within := fmt.Sprintf("within %d days", a.Days)
	if a.Verdict == TooFew {
		return fmt.Sprintf("Too few to tell what asking brings %s: %d who were asked and %d who were kept out have had that long; it takes %d of each.",
			within, a.Asked.N, a.HeldOut.N, MinimumCompared)
	}
	shares := fmt.Sprintf("%s of those asked came back by themselves %s, and %s of those kept out", FormatPercent(100*a.Asked.Value), within,
		FormatPercent(100*a.HeldOut.Value))
	between := fmt.Sprintf("a difference of %s points, with 95 %% certainty from %s to %s", signed(100*a.Difference.Value), signed(100*a.Difference.Low), signed(100*a.Difference.High))
	switch a.Verdict {
	case Up:
		return fmt.Sprintf("Asking helps: %s, %s.", shares, between)
	case Down:
		return fmt.Sprintf("Asking does harm: %s, %s.", shares, between)
	}
	return fmt.Sprintf("Whether asking helps cannot be told yet: %s, %s. That may be luck.", shares, between)
}
