package analytics

// Distribution returns how the answers spread, best answer first.
func (t Tally) Distribution() Distribution {
	d := Distribution{Scale: t.scale, N: t.N(), Shares: []Share{}}
	if d.N < MinimumShown {
		d.Suppressed = true
		return d
	}
	low, high := t.scale.Bounds()
	for v := high; v >= low; v-- {
		d.Shares = append(d.Shares, Share{
			Level: t.scale.name(v), Value: v, Label: t.scale.label(v), Count: t.Count(v, v),
		})
	}
	d.Groups = t.groups()
	fillPercent(d.Shares, d.N)
	fillPercent(d.Groups, d.N)
	return d
}

// groups returns the three sides of the tally's balance, if it has one.
func (t Tally) groups() []Share {
	b := t.Balance()
	switch t.scale {
	case ScaleNPS:
		return []Share{
			{Level: "promoters", Value: 9, Label: "Promoters", Count: b.For},
			{Level: "passives", Value: 7, Label: "Passives", Count: b.Neutral},
			{Level: "detractors", Value: 0, Label: "Detractors", Count: b.Against},
		}
	case ScaleProgress:
		return []Share{
			{Level: "better", Value: 4, Label: "Better", Count: b.For},
			{Level: "about_the_same", Value: 3, Label: "About the same", Count: b.Neutral},
			{Level: "worse", Value: 1, Label: "Worse", Count: b.Against},
		}
	}
	return nil
}

// fillPercent sets the percentages of shares that together are all n answers.
func fillPercent(shares []Share, n int) {
	counts := make([]int, len(shares))
	for i, s := range shares {
		counts[i] = s.Count
	}
	percent := Percentages(counts, 0)
	for i := range shares {
		shares[i].Percent = percent[i]
		shares[i].Exact = Proportion(shares[i].Count, n).Scaled(100)
	}
}
