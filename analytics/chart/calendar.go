package chart

import (
	"strconv"
	"time"

	"earshot/analytics"
)

// tick is a labelled place on the time axis.
type tick struct {
	x    float64
	text string
	year int
}

// tickGap is the least room between two labels on the time axis.
const tickGap = 9.0

// timeTicks picks the densest labels that fit for buckets that begin at the given times: days, Mondays, months, quarters
// of a year, years, several years. Years label themselves; above that, timeAxis writes the year once.
func (f typeface) timeTicks(every analytics.Every, starts []time.Time, x func(int) float64) []tick {
	var best []tick
	for _, level := range tickLevels(every) {
		var ticks []tick
		for i, start := range starts {
			if text := level(start); text != "" {
				ticks = append(ticks, tick{x: x(i), text: text, year: start.Year()})
			}
		}
		if len(ticks) > 0 && f.fitsAll(ticks) {
			return ticks
		}
		if len(ticks) > 0 {
			best = ticks
		}
	}
	return best[:min(len(best), 1)]
}

// fitsAll says whether no two labels come too close.
func (f typeface) fitsAll(ticks []tick) bool {
	for i := 1; i < len(ticks); i++ {
		half := (f.width(ticks[i-1].text, labelSize) + f.width(ticks[i].text, labelSize)) / 2
		if ticks[i].x-ticks[i-1].x < half+tickGap {
			return false
		}
	}
	return true
}

// tickLevels returns the ways to label a time axis, the densest first. Each gives the label of a bucket that begins at a
// time, or "" for none.
func tickLevels(every analytics.Every) []func(time.Time) string {
	levels := []func(time.Time) string{}
	// days is how long after a month's beginning a bucket may begin and still stand for the month.
	days := 1
	switch every {
	case analytics.Daily:
		levels = append(levels, dayLabel, mondayLabel)
	case analytics.Weekly:
		levels, days = append(levels, dayLabel), 7
	case analytics.Quarterly:
		levels = append(levels, quarterLabel)
	}
	if every != analytics.Quarterly {
		for _, stride := range []int{1, 2, 3, 6} {
			levels = append(levels, monthLabel(stride, days))
		}
	}
	for _, stride := range []int{1, 2, 5, 10} {
		levels = append(levels, yearLabel(stride, days))
	}
	return levels
}

func dayLabel(t time.Time) string { return t.Format("2 Jan") }

func mondayLabel(t time.Time) string {
	if t.Weekday() != time.Monday {
		return ""
	}
	return t.Format("2 Jan")
}

func monthLabel(stride, days int) func(time.Time) string {
	return func(t time.Time) string {
		if t.Day() > days || (int(t.Month())-1)%stride != 0 {
			return ""
		}
		return t.Format("Jan")
	}
}

func quarterLabel(t time.Time) string { return "Q" + strconv.Itoa((int(t.Month())+2)/3) }

func yearLabel(stride, days int) func(time.Time) string {
	return func(t time.Time) string {
		if t.Month() != time.January || t.Day() > days || t.Year()%stride != 0 {
			return ""
		}
		return strconv.Itoa(t.Year())
	}
}

// timeAxis writes the labels below a panel with short marks, and the year below the first label of each year.
func (s *canvas) timeAxis(y float64, ticks []tick) {
	s.timeMarks(y, ticks)
	shown, end := 0, s.padding()-tickGap
	for i, t := range ticks {
		s.text(at{s.inside(t.x, t.text), y + 17}, t.text, labelSize, s.colours.muted, middle)
		year := strconv.Itoa(t.year)
		if t.text == year || t.year == shown {
			continue
		}
		x := s.inside(t.x, year)
		half := s.face.width(year, labelSize) / 2
		if x-half < end+tickGap || s.crowded(ticks[i+1:], t, half) {
			continue
		}
		shown, end = t.year, x+half
		s.text(at{x, y + 17 + lineHeight(labelSize)}, year, labelSize, s.colours.muted, middle)
	}
}

// crowded says whether the next year begins so soon that this one's label would push its away.
func (s *canvas) crowded(later []tick, t tick, half float64) bool {
	for _, next := range later {
		if next.year != t.year {
			return next.x-t.x < 2*half+tickGap
		}
	}
	return false
}

// timeMarks draws the short marks of the time axis.
func (s *canvas) timeMarks(y float64, ticks []tick) {
	for _, t := range ticks {
		x := float64(int(t.x))
		s.rule(area{x, y + 1, x + 1, y + 5}, s.colours.axis)
	}
}

// inside moves the middle of a label so that it stays on the canvas.
func (s *canvas) inside(x float64, text string) float64 {
	half := s.face.width(text, labelSize) / 2
	return min(max(x, s.padding()+half), s.width-s.padding()-half)
}

// axisHeight is the room that timeAxis takes below a panel.
const axisHeight = 40.0

// period writes from when to when buckets reach: "March to August 2026".
func period(every analytics.Every, points []analytics.Point) string {
	if len(points) == 0 {
		return ""
	}
	first, last := points[0].Start, points[len(points)-1].Start
	switch every {
	case analytics.Monthly:
		return between(first, last, "January", "January 2006")
	case analytics.Quarterly:
		a, b := quarterLabel(first), quarterLabel(last)
		if first.Year() != last.Year() {
			a += " " + strconv.Itoa(first.Year())
		}
		if first.Equal(last) {
			return b + " " + strconv.Itoa(last.Year())
		}
		return a + " to " + b + " " + strconv.Itoa(last.Year())
	case analytics.Weekly:
		if first.Equal(last) {
			return "week of " + last.Format("2 January 2006")
		}
		return "weeks of " + between(first, last, "2 January", "2 January 2006")
	}
	return between(first, last, "2 January", "2 January 2006")
}

// between writes two dates with the year only once where one is enough.
func between(first, last time.Time, brief, full string) string {
	switch {
	case first.Equal(last):
		return last.Format(full)
	case first.Year() == last.Year():
		return first.Format(brief) + " to " + last.Format(full)
	}
	return first.Format(full) + " to " + last.Format(full)
}

// bucketNoun is what a bucket is called.
func bucketNoun(every analytics.Every) (one, many string) {
	switch every {
	case analytics.Weekly:
		return "week", "weeks"
	case analytics.Monthly:
		return "month", "months"
	case analytics.Quarterly:
		return "quarter", "quarters"
	}
	return "day", "days"
}
