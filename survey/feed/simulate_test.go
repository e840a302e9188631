package feed_test

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"earshot/survey/feed"
)

// A simulation counts days from firstDay, on which its feed begins; it is judged from judgedFrom on, for a year.
const (
	firstDay   = feed.Day(20000)
	judgedFrom = 400
	year       = 365
)

// living is a feed as it is made up.
type living struct {
	// rate is how many events there are on an average day, in a month growth of it more.
	rate, growth float64
	// closed are weekends without events; spread is the variance of a day by its mean, drift that of a week beside.
	closed        bool
	spread, drift float64
	// pause says on which days of a year, counted from judgedFrom, nothing happens.
	pause func(day int) bool
	// declared says that those days are told.
	declared bool
	// every is after how many days a file comes with all that happened since the last; 0 for at once.
	every int
}

// counts draws the events of days days.
func (l living) counts(days int, random *rand.Rand) []int {
	out := make([]int, days)
	week := 1.0
	for i := range out {
		if i%7 == 0 && l.drift > 0 {
			week = gamma(random, 1/l.drift) * l.drift
		}
		mean := l.rate * week * math.Exp(math.Log1p(l.growth)*float64(i-judgedFrom)/30)
		switch weekday := i % 7; {
		case l.pause != nil && l.pause(i-judgedFrom):
			mean = 0
		case l.closed && weekday >= 5:
			mean = 0
		case l.closed:
			mean *= 7.0 / 5
		}
		if l.spread > 1 && mean > 0 {
			mean = gamma(random, mean/(l.spread-1)) * (l.spread - 1)
		}
		if mean > 0 {
			out[i] = int(distuv.Poisson{Lambda: mean, Src: random}.Rand())
		}
	}
	return out
}

func gamma(random *rand.Rand, shape float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: 1, Src: random}.Rand()
}

// told is a feed that is told and looked at day by day.
type told struct {
	feed.History
	// notices are the days, from judgedFrom, on which an outage began to be noticed.
	notices []int
}

// run tells the counts, of which keep is left of a day, and looks every day from judgedFrom on.
func (l living) run(counts []int, keep func(day, n int) int) *told {
	f := &told{}
	if l.declared {
		for day := -judgedFrom; day < year; day++ {
			if l.pause(day) {
				at := firstDay + judgedFrom + feed.Day(day)
				f.Pause(feed.Span{From: at, To: at})
			}
		}
	}
	waiting := map[feed.Day]int{}
	for i, n := range counts {
		day := firstDay + feed.Day(i)
		if n = keep(i-judgedFrom, n); n > 0 {
			waiting[day] = n
		}
		if l.every == 0 || i%l.every == 0 {
			if len(waiting) > 0 {
				f.Add(waiting, day)
			}
			clear(waiting)
		}
		if i < judgedFrom {
			continue
		}
		before := len(f.Outages) > 0 && f.Outages[len(f.Outages)-1].Open()
		f.Look(day + 1)
		if now := len(f.Outages) > 0 && f.Outages[len(f.Outages)-1].Open(); now && !before {
			f.notices = append(f.notices, i-judgedFrom)
		}
	}
	return f
}

func all(_, n int) int { return n }

// falseNotices returns how many notices living feeds raise in all, in so many years.
func (l living) falseNotices(years int, seed uint64) int {
	n := 0
	for i := range years {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		n += len(l.run(l.counts(judgedFrom+year, random), all).notices)
	}
	return n
}

// delays returns after how many days each of some feeds is noticed that lose a share of their events from day 30 on, sorted;
// those that are not noticed within a year count as a year.
func (l living) delays(feeds int, lost float64, seed uint64) []float64 {
	const from = 30
	var out []float64
	for i := range feeds {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		counts := l.counts(judgedFrom+160, random)
		f := l.run(counts, func(day, n int) int {
			if day < from {
				return n
			}
			if n == 0 || lost == 1 {
				return 0
			}
			return int(distuv.Binomial{N: float64(n), P: 1 - lost, Src: random}.Rand())
		})
		delay := float64(year)
		for _, at := range f.notices {
			if at >= from {
				delay = float64(at - from + 1)
				break
			}
		}
		out = append(out, delay)
	}
	return out
}
