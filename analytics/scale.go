package analytics

import "strconv"

// Scale names what the numbers of an answer mean.
type Scale string

// The scales. Higher is better on all of them.
const (
	// ScaleNPS is "how likely are you to recommend us", 0 to 10.
	ScaleNPS Scale = "nps"
	// ScaleCSAT is satisfaction, 1 to 5.
	ScaleCSAT Scale = "csat"
	// ScaleCES is agreement with "made it easy", 1 to 7 (CES 2.0; the 2010 version ran the other way and is not this).
	ScaleCES Scale = "ces"
	// ScaleProgress is business success compared with six months ago: the five levels, 5 (significantly better) to 1.
	ScaleProgress Scale = "progress"
)

// levels is the largest number of steps that a scale has.
const levels = 11

// Valid says whether the scale is one of the declared ones.
func (s Scale) Valid() bool {
	switch s {
	case ScaleNPS, ScaleCSAT, ScaleCES, ScaleProgress:
		return true
	}
	return false
}

// Bounds returns the lowest and the highest answer; 0 and -1 for an unknown scale, on which no answer is valid.
func (s Scale) Bounds() (low, high int) {
	switch s {
	case ScaleNPS:
		return 0, 10
	case ScaleCSAT, ScaleProgress:
		return 1, 5
	case ScaleCES:
		return 1, 7
	}
	return 0, -1
}

// favourable returns the lowest answer that counts as favourable: the two best of nps, csat and progress, 5 to 7 of ces.
func (s Scale) favourable() int {
	_, high := s.Bounds()
	if s == ScaleCES {
		return high - 2
	}
	return high - 1
}

// name returns the stored name of an answer: the level's for progress, the number for the others.
func (s Scale) name(value int) string {
	if s == ScaleProgress {
		return string(LevelOf(value))
	}
	return strconv.Itoa(value)
}

// label returns the words for an answer.
func (s Scale) label(value int) string {
	if s == ScaleProgress {
		return LevelOf(value).Label()
	}
	return strconv.Itoa(value)
}
