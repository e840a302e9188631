package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// figure is one line of the report.
type figure struct {
	what, engine string
	// earshot and bare are what was measured, ratio what they make of each other; empty where there is nothing to compare.
	earshot, bare, ratio string
	aim                  string
}

// report collects figures and prints each at once.
type report struct {
	out     io.Writer
	figures []figure
}

// add prints figures and keeps them for the table.
func (r *report) add(figures ...figure) {
	for _, f := range figures {
		fmt.Fprintf(r.out, "%-8s %-66s %16s", f.engine, f.what, f.earshot)
		if f.bare != "" {
			fmt.Fprintf(r.out, "   bare %s", f.bare)
		}
		if f.ratio != "" {
			fmt.Fprintf(r.out, " (%s)", f.ratio)
		}
		if f.aim != "" {
			fmt.Fprintf(r.out, "   aim %s", f.aim)
		}
		fmt.Fprintln(r.out)
	}
	r.figures = append(r.figures, figures...)
}

// table writes the figures as a table in Markdown.
func (r *report) table(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| what | engine | Earshot | bare client | ratio | aim |\n|---|---|---|---|---|---|\n")
	for _, f := range r.figures {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", f.what, f.engine, f.earshot, f.bare, f.ratio, f.aim)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// median returns the middle of the values.
func median[T int | int64 | float64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// medianOf is the median of a figure of each round.
func medianOf[R any](rounds []R, of func(R) float64) float64 {
	values := make([]float64, len(rounds))
	for i, r := range rounds {
		values[i] = of(r)
	}
	return median(values)
}

// percentile returns the p-th quantile of the durations.
func percentile(d []time.Duration, p float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

// perSecond writes a rate.
func perSecond(rate float64) string { return grouped(int64(rate+.5)) + "/s" }

// milliseconds writes a duration.
func milliseconds(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return grouped(d.Milliseconds()) + " ms"
}

// megabytes writes a size in bytes.
func megabytes(n int64) string { return grouped((n+500_000)/1e6) + " MB" }

// seconds writes seconds.
func seconds(s float64) string {
	if s < 10 {
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.0f s", s)
}

// fraction writes a ratio.
func fraction(ours, theirs float64) string {
	if theirs == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", ours/theirs)
}

// grouped writes a number with its thousands apart.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
