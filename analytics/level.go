package analytics

// Level is an answer to "compare right now to six months ago and rate your current business success". Responses store
// the level itself, not its number.
type Level string

// The five levels, best first.
const (
	SignificantlyBetter Level = "significantly_better"
	MakingGoodProgress  Level = "making_good_progress"
	AboutTheSame        Level = "about_the_same"
	Behind              Level = "behind"
	SignificantlyWorse  Level = "significantly_worse"
)

// Levels returns the five levels, best first, in the order in which they are shown.
func Levels() []Level {
	return []Level{SignificantlyBetter, MakingGoodProgress, AboutTheSame, Behind, SignificantlyWorse}
}

// Label returns the words shown for the level, or "" when it is unknown.
func (l Level) Label() string {
	switch l {
	case SignificantlyBetter:
		return "Significantly better"
	case MakingGoodProgress:
		return "Making good progress"
	case AboutTheSame:
		return "About the same"
	case Behind:
		return "Behind"
	case SignificantlyWorse:
		return "Significantly worse"
	}
	return ""
}

// Value returns the level's number on [ScaleProgress], 5 for the best and 1 for the worst, and 0 when it is unknown.
func (l Level) Value() int {
	switch l {
	case SignificantlyBetter:
		return 5
	case MakingGoodProgress:
		return 4
	case AboutTheSame:
		return 3
	case Behind:
		return 2
	case SignificantlyWorse:
		return 1
	}
	return 0
}

// LevelOf returns the level with a number from 5 to 1, and "" for other numbers.
func LevelOf(value int) Level {
	for _, l := range Levels() {
		if l.Value() == value {
			return l
		}
	}
	return ""
}
