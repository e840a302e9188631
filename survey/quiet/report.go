package quiet

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Write prints the report for people: what was tested, a table per cut-off, and what every column means. The error is
// that of the writer.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "At each cut-off only what had happened by then was known. For every customer with at least %d active days the\n"+
		"chance was computed that no sign of life comes in the following %d days. Then we looked.\n", r.MinEvents, r.Horizon)
	if len(r.Skipped) > 0 {
		fmt.Fprintf(&b, "\nSkipped, for no customer had %d active days yet: the cut-offs of %s.\n", r.MinEvents, strings.Join(r.Skipped, ", "))
	}
	for _, c := range r.Cuts {
		c.write(&b)
	}
	if len(r.Cuts) > 1 {
		fmt.Fprintf(&b, "\nMean of the %d cut-offs\n\n", len(r.Cuts))
		writeDetectors(&b, r.means())
	}
	b.WriteString(legend)
	r.writeCurve(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

const legend = `
detector       rhythm: chance of silence by the customer's own rhythm. alarm score: what alarms are raised on (chance of having
               left). recency: days since the last sign of life. rule N days: "silent for more than N days means gone".
AUC            how often one who stayed silent is ranked above one who came back: 0.5 is chance, 1 is always.
avg precision  mean share of right ones down the ranking; compare it with the share who stayed silent.
top 10 %       share who really stayed silent among the tenth ranked highest.
Brier          mean squared error of the chance: 0 is perfect, 0.25 is saying 50 % every time.
log loss       mean penalty for what was said about what happened; sure and wrong costs 13.8.
calib. error   mean distance between chance said and share observed, over ten groups of customers of equal size.
`

// writeCurve prints what so many alarms a week would have brought and cost.
func (r *Report) writeCurve(b *strings.Builder) {
	fmt.Fprintf(b, "\nWhat a list of the silent would have brought in the last year of the data, of %d customers of whom some %.0f left\n\n",
		r.Curve.Customers, r.Curve.Leavers)
	if r.Curve.LittleHistory {
		b.WriteString("That is little history: the chance of having left rests mostly on what is built in, and the figures on a handful of customers.\n\n")
	}
	if len(r.Curve.Points) == 0 {
		b.WriteString("No silence got far enough to be told of.\n")
		return
	}
	marked := r.InForce.PerWeek == 0
	for _, p := range r.Curve.Capacities() {
		if !marked && p.PerWeek >= r.InForce.PerWeek {
			fmt.Fprintf(b, "%v   <- in force\n", r.InForce)
			marked = true
			if p.PerWeek == r.InForce.PerWeek {
				continue
			}
		}
		fmt.Fprintln(b, p)
	}
	if !marked {
		fmt.Fprintf(b, "%v   <- in force\n", r.InForce)
	}
	if r.InForce.PerWeek == 0 {
		b.WriteString("The limits in force tell of nobody: no silence got so far.\n")
	}
	b.WriteString("No list would have had more.\n")
}

// write prints one cut-off with the calibration table of the rhythm model.
func (c Cut) write(b *strings.Builder) {
	fmt.Fprintf(b, "\nCut-off %s: %d customers judged, %.0f %% of them stayed silent\n", c.Date, c.N, 100*c.Base)
	if c.Fit.Fitted {
		fmt.Fprintf(b, "Parameters fitted on %d customers with %d gaps.%s\n\n", c.Fit.Customers, c.Fit.Gaps, c.Fit.bounded())
	} else {
		fmt.Fprintf(b, "Parameters not fitted: %s.\n\n", c.Fit.Why)
	}
	writeDetectors(b, c.Detectors)
	for _, d := range c.Detectors {
		if d.Name == DetectorRhythm {
			b.WriteString("\nIs the chance true? Customers in groups of equal size, by the chance that rhythm gave them\n\n")
			writeBins(b, d.Bins)
		}
	}
	c.Newcomers.write(b)
}

// bounded says which parameters were stopped by their bounds; empty if none was.
func (f FitResult) bounded() string {
	if len(f.AtBounds) == 0 {
		return ""
	}
	return " At their bounds: " + strings.Join(f.AtBounds, ", ") + "."
}

func writeDetectors(b *strings.Builder, detectors []Detector) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "detector\tAUC\tavg precision\ttop 10 %\tBrier\tlog loss\tcalib. error\t")
	for _, d := range detectors {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.2f\t", d.Name, d.AUC, d.AP, d.Top)
		if d.Ranks {
			fmt.Fprintln(t, "-\t-\t-\t")
			continue
		}
		fmt.Fprintf(t, "%.3f\t%.3f\t%.3f\t\n", d.Brier, d.LogLoss, d.ECE)
	}
	_ = t.Flush() // a strings.Builder takes everything
}

func writeBins(b *strings.Builder, bins []Bin) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "said\thappened\tcustomers\t")
	for _, bin := range bins {
		fmt.Fprintf(t, "%.0f %%\t%.0f %%\t%d\t\n", 100*bin.Predicted, 100*bin.Observed, bin.N)
	}
	_ = t.Flush()
}

// means averages every detector over the cut-offs, each counting the same.
func (r *Report) means() []Detector {
	out := make([]Detector, len(r.Cuts[0].Detectors))
	share := 1 / float64(len(r.Cuts))
	for _, c := range r.Cuts {
		for i, d := range c.Detectors {
			f := &out[i]
			f.Name, f.Ranks = d.Name, d.Ranks
			f.AUC += share * d.AUC
			f.AP += share * d.AP
			f.Top += share * d.Top
			f.Brier += share * d.Brier
			f.LogLoss += share * d.LogLoss
			f.ECE += share * d.ECE
		}
	}
	return out
}
