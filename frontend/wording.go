package frontend

import (
	"fmt"
	"math"
	"strings"

	"earshot/analytics"
	"earshot/survey"
)

// What stored names are called on pages.

func touchpointName(k survey.TouchpointKind) string {
	switch k {
	case survey.EmailIn:
		return "E-mail from them"
	case survey.EmailOut:
		return "E-mail to them"
	case AskItem:
		return "Asked"
	}
	return capitalWord(words(string(k)))
}

func questionName(k survey.QuestionKind) string {
	switch k {
	case survey.NPS:
		return "Recommendation, 0 to 10"
	case survey.CSAT:
		return "Satisfaction, 1 to 5"
	case survey.Progress:
		return "Business progress, five levels"
	case survey.Single:
		return "One choice"
	case survey.Multiple:
		return "Several choices"
	}
	return "Words"
}

// said is how a state is shown: in words, with a tone.
type said struct {
	Text string
	Tone Tone
}

func outcomeWords(o Outcome) said {
	switch o {
	case OutcomeAnswered:
		return said{"Answered", Good}
	case OutcomeReplied:
		return said{"Replied by mail", Good}
	case OutcomeDeclined:
		return said{"Not the right person", Warning}
	case OutcomeUnsubscribed:
		return said{"Unsubscribed", Bad}
	case OutcomeRevoked:
		return said{"Taken back", Neutral}
	case OutcomeExpired:
		return said{"No answer in time", Neutral}
	case OutcomeOpen:
		return said{"Open", Neutral}
	}
	return said{}
}

// verdictWords says what may be said about a change, and no more.
func verdictWords(c analytics.Change) said {
	metric := func(v float64) string { return c.Metric.Format(v) }
	interval := metric(c.Difference.Low) + " to " + metric(c.Difference.High)
	size := strings.TrimPrefix(metric(math.Abs(c.Difference.Value)), "+")
	span := ""
	if c.From != "" && c.To != "" {
		span = " from " + bucketName(c.From) + " to " + bucketName(c.To)
	}
	switch c.Verdict {
	case analytics.Up:
		return said{"Up" + span + " by " + size + " (95 % interval " + interval + ")", Good}
	case analytics.Down:
		return said{"Down" + span + " by " + size + " (95 % interval " + interval + ")", Bad}
	case analytics.Unclear:
		return said{"No clear change" + span + ": the difference may well be chance", Neutral}
	case analytics.TooFew:
		return said{fmt.Sprintf("Too few answers to say whether it changed (%d on each side are needed)", analytics.MinimumCompared), Neutral}
	}
	return said{}
}

func reasonWords(r survey.SuppressionReason) string {
	switch r {
	case survey.Unsubscribed:
		return "They unsubscribed"
	case survey.HardBounce:
		return "Their server refused the address for good"
	case survey.Complained:
		return "They reported a mail of ours as spam"
	case survey.ByHand:
		return "Entered by hand"
	}
	return capitalWord(words(string(r)))
}
