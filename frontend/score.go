package frontend

import (
	"fmt"
	"strings"

	"earshot/survey"
)

// Score is a scored answer; the zero Score is none.
type Score struct {
	Kind  survey.QuestionKind
	Value int
	// Given tells a 0 from no answer.
	Given bool
}

// String is the score in words, e.g. "3 of 10" or "Making good progress".
func (s Score) String() string {
	low, high, scored := s.Kind.Scale()
	if !s.Given || !scored || s.Value < low || s.Value > high {
		return ""
	}
	switch s.Kind {
	case survey.Progress:
		level := string(survey.ProgressLevels()[high-s.Value])
		return strings.ToUpper(level[:1]) + strings.ReplaceAll(level[1:], "_", " ")
	default:
		return fmt.Sprintf("%d of %d", s.Value, high)
	}
}

// Tone is how the score is to be taken: NPS's promoters, passives and detractors; of five steps the upper two, the middle
// and the lower two.
func (s Score) Tone() Tone {
	low, high, scored := s.Kind.Scale()
	switch {
	case !s.Given || !scored || s.Value < low:
		return Neutral
	case s.Value >= high-1:
		return Good
	case s.Low():
		return Bad
	}
	return Neutral
}

// Low says whether somebody should look after this answer soon.
func (s Score) Low() bool { return s.Given && s.Kind.Low(s.Value) }
