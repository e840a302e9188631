package quiet

import (
	"cmp"
	"slices"
)

const (
	// MinEvents is the number of active days from which on an alarm may be raised on a customer's rhythm.
	MinEvents = 3
	// SnoozeDays is how long an alarm stays quiet after it was put off.
	SnoozeDays = 14
)

// Candidate is a customer who may be shown to a rep as quiet.
type Candidate struct {
	ID           string
	Rep          string
	Gone         float64 // chance that the customer has left; the alarm score
	Events       int     // distinct active days
	ValuePerWeek float64 // what the customer is worth a week; 0 when unknown
	SaveRate     float64 // share of such customers who can be kept; 0 when unknown, which counts as 1
	Snoozed      bool    // the rep asked not to be shown this one now
	FeedBroken   bool    // the customer's data may be missing: say nothing about silence
}

// RankOptions bound what reps get to see. The zero value of a field means its default.
type RankOptions struct {
	Capacity int     // customers a rep can look after in a week; default 5
	MinGone  float64 // least chance of having left; default 0.5
	FalseAt  float64 // q: mean chance, over a rep's list, that a customer on it is still here; default 0.3
}

// Ranked is a customer on a rep's list.
type Ranked struct {
	Candidate
	AtRisk float64 // P(gone) x value per week x save rate
}

// Eligible says whether the candidate may be ranked at all.
func (c Candidate) Eligible(minGone float64) bool {
	return c.Gone >= minGone && c.Events >= MinEvents && !c.Snoozed && !c.FeedBroken
}

// AtRisk is the value a week that stands to be lost and could be saved.
func (c Candidate) AtRisk() float64 {
	save := c.SaveRate
	if save <= 0 {
		save = 1
	}
	return c.Gone * c.ValuePerWeek * save
}

// Rank returns for every rep the customers to look after, the greatest value at risk first. A list is filled up to the
// rep's capacity with those that keep its expected share of false alarms at or below q (Bayesian false discovery rate):
// a doubtful customer of great value waits until surer ones stand beside it, instead of closing the list.
func Rank(candidates []Candidate, opts RankOptions) map[string][]Ranked {
	opts = opts.withDefaults()
	byRep := map[string][]Ranked{}
	for _, c := range candidates {
		if c.Eligible(opts.MinGone) {
			byRep[c.Rep] = append(byRep[c.Rep], Ranked{Candidate: c, AtRisk: c.AtRisk()})
		}
	}
	for rep, list := range byRep {
		slices.SortFunc(list, byRisk)
		if list = fill(list, opts); len(list) == 0 {
			delete(byRep, rep)
			continue
		}
		byRep[rep] = list
	}
	return byRep
}

func (o RankOptions) withDefaults() RankOptions {
	if o.Capacity <= 0 {
		o.Capacity = 5
	}
	if o.MinGone <= 0 {
		o.MinGone = 0.5
	}
	if o.FalseAt <= 0 {
		o.FalseAt = 0.3
	}
	return o
}

// byRisk orders by value at risk, then by chance, then by id so that equals keep their places.
func byRisk(a, b Ranked) int {
	return cmp.Or(cmp.Compare(b.AtRisk, a.AtRisk), cmp.Compare(b.Gone, a.Gone), cmp.Compare(a.ID, b.ID))
}

// fill takes from an ordered list the first that fits, again and again, and returns what it took in that order.
func fill(list []Ranked, opts RankOptions) []Ranked {
	taken := make([]bool, len(list))
	count, doubt := 0, 0.0
	for count < opts.Capacity {
		next := -1
		for i, r := range list {
			if !taken[i] && doubt+1-r.Gone <= opts.FalseAt*float64(count+1) {
				next = i
				break
			}
		}
		if next < 0 {
			break
		}
		taken[next] = true
		count++
		doubt += 1 - list[next].Gone
	}
	out := make([]Ranked, 0, count)
	for i, r := range list {
		if taken[i] {
			out = append(out, r)
		}
	}
	return out
}

// AlarmStep returns how many of the steps 0.5, 0.8 and 0.95 the chance of being gone has passed: 0 to 3. One silence
// raises one alarm; it is raised again only when the step is higher than at the last alarm.
func AlarmStep(gone float64) int {
	step := 0
	for _, limit := range [...]float64{0.5, 0.8, 0.95} {
		if gone >= limit {
			step++
		}
	}
	return step
}
