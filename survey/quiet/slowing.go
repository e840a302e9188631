package quiet

import (
	"fmt"
	"math"
)

// Slow is the run of a customer's last gaps that speaks for their coming ever more seldom: a cumulative sum of log-likelihood ratios
// (Page 1954; no other test with as few false notices finds a change sooner, Moustakides 1986) of "their pace has fallen to a half or a
// quarter" against "it is what it was". It begins with a gap that is longer than usual, and ends when the sum is used up by shorter
// ones: the pace is back, or what it has become is usual by now. The zero Slow is none.
type Slow struct {
	Sum   float32 `json:"sum"`   // of the log-likelihood ratios of the completed gaps of the run; 0 where there is none
	Usual float32 `json:"usual"` // mean of the customer's own gaps before it, in days of the operational clock; the later ones count more
	Gaps  int32   `json:"gaps"`  // completed gaps of the run
	Since Day     `json:"since"` // the active day on which it began
}

// atSlowPace is the mean of a likelihood over how many times longer gaps may be where a pace has slowed: two or four, each as likely. Who halves
// their pace every month is soon beyond a half.
func atSlowPace(likelihood func(times float64) float64) float64 {
	return (likelihood(2) + likelihood(4)) / 2
}

const (
	// longer is how many times as long as usual a gap must be to begin a run: a shorter one never speaks for a slower pace.
	longer = 1.25
	// longestOpen is how many usual gaps one of a run may last. What is longer yet is no slow pace but a silence, which is judged as one,
	// and ends the run.
	longestOpen = 4
	// leastGaps is how many gaps a run takes to say anything, the open one among them where it is long enough to begin one. A single one is
	// a skipped cycle.
	leastGaps = 2
	// leastRarity is the rarity down to which a slowing lasts that was told of.
	leastRarity = 10
	// daysPerQuarter is the time that notices are counted over.
	daysPerQuarter = 365.25 / 4
)

// foldSlow adds a gap of g weeks since the state's last day to the run, before the state knows of it. Gaps are judged by what the ones
// before them taught.
func (m *Model) foldSlow(s *State, g float64) {
	usual, run := m.usualGap(s), s.Slow
	switch {
	case g > longestOpen*usual:
		s.Slow = Slow{}
		return
	case run.Gaps == 0 && g <= longer*usual:
		return
	case run.Gaps == 0:
		run = Slow{Since: s.Last, Usual: float32(s.G / s.N * daysPerWeek)}
	}
	var post posterior
	post.fill(m, s)
	density := func(g float64) float64 {
		regular, skip := m.density(&post, s, g)
		return regular + skip
	}
	run.Sum += float32(logRatio(atSlowPace(func(times float64) float64 { return density(g/times) / times }), density(g)))
	run.Gaps++
	if run.Sum <= 0 {
		run = Slow{}
	}
	s.Slow = run
}

// usualGap is the mean gap in weeks of a customer of this state, skipped cycles apart.
func (m *Model) usualGap(s *State) float64 { return (m.p.Alpha + s.G) / (m.p.R + s.N) }

func logRatio(a, b float64) float64 { return math.Log(max(a, tiny)) - math.Log(max(b, tiny)) }

// Slowing is the verdict on a customer who comes ever more seldom.
type Slowing struct {
	// Since is the active day from which on they came more seldom, before which Usual was their mean gap and behind which Now is, in days
	// of the operational clock; an open gap counts where it is long enough to begin a run.
	Since      Day
	Usual, Now float64
	// Came is on how many days they came since then, and Expected on how many they would have at their usual pace.
	Came     int
	Expected float64
	// OneIn is the rarity: of so many steady customers at most one looks so once in a quarter. For the mean of a likelihood ratio is 1
	// where nothing has changed, so that a run gets to e^h with a chance of e^-h at most (Lorden 1971), and as many runs begin in a quarter
	// as there are gaps; and it is corrected by what such runs came to here (Model.Overstated). It is 0 while a single longer gap was seen.
	OneIn float64
}

// Slowing judges the pace of a customer; the zero Slowing where no run of longer gaps is under way, or the customer has been silent for
// longer than a slow pace explains.
func (m *Model) Slowing(s *State, now Day) Slowing {
	if s.Slow.Gaps == 0 {
		return Slowing{}
	}
	open, usual := m.weeks(s.Last, now), m.usualGap(s)
	if open > longestOpen*usual {
		return Slowing{}
	}
	until, gaps, sum := s.Last, s.Slow.Gaps, float64(s.Slow.Sum)
	if open > longer*usual {
		until, gaps, sum = now, gaps+1, sum+m.slowOpen(s, open)
	}
	out := Slowing{Since: s.Slow.Since, Usual: float64(s.Slow.Usual), Came: int(s.Slow.Gaps)}
	passed := m.weeks(out.Since, until) * daysPerWeek
	out.Now, out.Expected = passed/float64(gaps), passed/out.Usual
	if gaps >= leastGaps {
		out.OneIn = math.Exp(sum) / max(daysPerQuarter/out.Usual, 1) / max(m.overstated, 1)
	}
	return out
}

// slowOpen is the log-likelihood ratio of a gap that is open for c weeks.
func (m *Model) slowOpen(s *State, c float64) float64 {
	var post posterior
	post.fill(m, s)
	tail := func(c float64) float64 { return m.tailOf(&post, s, c) }
	return logRatio(atSlowPace(func(times float64) float64 { return tail(c / times) }), tail(c))
}

// Lasts says whether a slowing that was told of goes on: the run does, and no more than one in ten steady customers looks so.
func (s Slowing) Lasts() bool { return s.OneIn >= leastRarity }

// Fewer is the share, 0 to 1, of their days that have not come since they slowed down.
func (s Slowing) Fewer() float64 { return clampUnit(1 - float64(s.Came)/s.Expected) }

// Sentence writes the evidence in plain English: did is what they did, as "ordered", and noun what has come, as "order".
func (s Slowing) Sentence(did, noun string) string {
	return fmt.Sprintf("%s every %s until %s, every %s since; %s instead of %.0f. %s.", capital(did), spell(s.Usual), s.Since.Time().Format("2 Jan 2006"),
		spell(s.Now), counted(s.Came, noun), max(math.Round(s.Expected), float64(s.Came+1)), rarity(s.OneIn))
}

// rarity writes how many steady customers look so.
func rarity(oneIn float64) string {
	const most = 10000
	if oneIn >= most {
		return "Of steady customers fewer than 1 in 10,000 looks so in a quarter"
	}
	rare := max(oneIn, 1)
	digit := max(math.Pow(10, math.Floor(math.Log10(rare))-1), 1)
	return fmt.Sprintf("Of steady customers at most 1 in %.0f looks so in a quarter", math.Floor(rare/digit)*digit)
}

// SlowingDay is the first day from the last active day on, on which the customer's slowing is as rare as one in so many if they do not
// come before; false where it never is in this gap. An open gap speaks the loudest somewhere on its way, so a few days of it are tried.
func (m *Model) SlowingDay(s *State, oneIn float64) (Day, bool) {
	if s.Slow.Gaps == 0 {
		return 0, false
	}
	reached := func(d Day) bool { return m.Slowing(s, d).OneIn >= oneIn }
	if reached(s.Last) {
		return s.Last, true
	}
	usual, low := m.usualGap(s), s.Last
	const tries = 12
	for i := range tries {
		open := usual * (longer + (longestOpen-longer)*float64(i)/(tries-1))
		day, ok := m.clock.DayAfter(s.Last, open)
		if !ok {
			return 0, false
		}
		if i == tries-1 { // the day after is beyond
			day--
		}
		if reached(day) {
			return between(low, day, reached), true
		}
		low = day
	}
	return 0, false
}
