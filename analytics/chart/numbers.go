package chart

import (
	"math"
	"strconv"
	"strings"
)

// integer writes a whole number with commas between thousands and a true minus.
func integer(n int) string {
	digits := strconv.Itoa(n)
	digits, negative := strings.CutPrefix(digits, "-")
	var out strings.Builder
	if negative {
		out.WriteString("−")
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	return out.String()
}

// short writes a count in at most four characters: 980, 1.2k, 48k, 3.4M, 120M.
func short(n int) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		v := float64(n) / unit.size
		switch {
		case v >= 9.95:
			return strconv.Itoa(int(math.Round(v))) + unit.name
		case v >= 0.9995:
			return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + unit.name
		}
	}
	return strconv.Itoa(n)
}

// plural writes a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return integer(n) + " " + many
}
