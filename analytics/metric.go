package analytics

import (
	"math"
	"strconv"
)

// Metric names one of a point's figures.
type Metric string

// The metrics.
const (
	// MetricNPS is the net promoter score, -100 to 100.
	MetricNPS Metric = "nps"
	// MetricMean is the mean answer, on the scale.
	MetricMean Metric = "mean"
	// MetricTopTwo is the percentage of favourable answers, 0 to 100.
	MetricTopTwo Metric = "top_two"
	// MetricBalance is the percentage doing better minus that doing worse, -100 to 100.
	MetricBalance Metric = "balance"
)

// Metrics returns the metrics that have a meaning on the scale, the most telling one first.
func (s Scale) Metrics() []Metric {
	switch s {
	case ScaleNPS:
		return []Metric{MetricNPS, MetricMean, MetricTopTwo}
	case ScaleProgress:
		return []Metric{MetricBalance, MetricMean, MetricTopTwo}
	case ScaleCSAT, ScaleCES:
		return []Metric{MetricTopTwo, MetricMean}
	}
	return nil
}

// Title returns the words for the metric on a scale, such as "Net promoter score".
func (m Metric) Title(s Scale) string {
	switch m {
	case MetricNPS:
		return "Net promoter score"
	case MetricBalance:
		return "Business progress balance"
	case MetricTopTwo:
		return s.favourableTitle()
	case MetricMean:
		return s.meanTitle()
	}
	return ""
}

// Unit explains the metric's figures in a few words.
func (m Metric) Unit(s Scale) string {
	switch m {
	case MetricNPS:
		return "Promoters minus detractors, from −100 to +100"
	case MetricBalance:
		return "Percent doing better minus percent doing worse"
	case MetricTopTwo:
		return "Percent of answers " + s.favourableWords()
	case MetricMean:
		low, high := s.Bounds()
		return "Mean answer, from " + strconv.Itoa(low) + " to " + strconv.Itoa(high)
	}
	return ""
}

// Bounds returns the lowest and the highest value that the metric can take on a scale.
func (m Metric) Bounds(s Scale) (low, high float64) {
	switch m {
	case MetricNPS, MetricBalance:
		return -100, 100
	case MetricTopTwo:
		return 0, 100
	}
	least, most := s.Bounds()
	return float64(least), float64(most)
}

// Of returns the metric's estimate in a point.
func (m Metric) Of(p Point) Estimate {
	switch m {
	case MetricNPS:
		return p.NPS
	case MetricBalance:
		return p.Balance
	case MetricTopTwo:
		return p.TopTwo
	case MetricMean:
		return p.Mean
	}
	return suppressed(p.N)
}

// Format writes a value of the metric as pages, tables, mails and charts all show it: "+31" and "−5" for net scores,
// "77 %" for percentages, "3.9" for means. The minus is a real one (U+2212), the space before % does not break.
func (m Metric) Format(value float64) string {
	switch m {
	case MetricNPS, MetricBalance:
		return signed(value)
	case MetricTopTwo:
		return FormatPercent(value)
	}
	return fixed(value, 1)
}

// FormatInterval writes the ends of an estimate's interval, "22 to 40", in the form of Format.
func (m Metric) FormatInterval(e Estimate) string {
	if m == MetricTopTwo {
		return fixed(e.Low, 0) + " to " + FormatPercent(e.High)
	}
	return m.Format(e.Low) + " to " + m.Format(e.High)
}

// FormatPercent writes a percentage from 0 to 100 in whole percent, with a space that does not break.
func FormatPercent(value float64) string { return fixed(value, 0) + "\u00a0%" }

// signed writes a whole number with its sign; zero has none.
func signed(value float64) string {
	s := fixed(value, 0)
	if s != "0" && value > 0 {
		return "+" + s
	}
	return s
}

// fixed rounds half away from zero and writes a true minus, never in front of a zero.
func fixed(value float64, digits int) string {
	power := math.Pow10(digits)
	rounded := math.Round(math.Abs(value)*power) / power
	text := strconv.FormatFloat(rounded, 'f', digits, 64)
	if value < 0 && rounded > 0 {
		return "−" + text
	}
	return text
}

func (s Scale) favourableTitle() string {
	switch s {
	case ScaleNPS:
		return "Promoters"
	case ScaleProgress:
		return "Doing better than six months ago"
	case ScaleCES:
		return "Found it easy"
	}
	return "Satisfied customers"
}

func (s Scale) favourableWords() string {
	switch s {
	case ScaleNPS:
		return "of 9 or 10"
	case ScaleProgress:
		return "“significantly better” or “making good progress”"
	case ScaleCES:
		return "from 5 to 7 out of 7"
	}
	return "of 4 or 5 out of 5"
}

func (s Scale) meanTitle() string {
	switch s {
	case ScaleNPS:
		return "Likelihood to recommend"
	case ScaleProgress:
		return "Business progress"
	case ScaleCES:
		return "Ease"
	}
	return "Satisfaction"
}
