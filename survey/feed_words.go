package survey

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"earshot/survey/feed"
)

// manyWords is what several signs of life of a kind are called.
var manyWords = map[TouchpointKind]string{
	Order: "orders", Payment: "payments", Login: "log-ins", Visit: "visits", Ticket: "tickets", Complaint: "complaints",
	Call: "calls", Meeting: "meetings", EmailIn: "e-mails",
}

// many is what several of the kind are called.
func (k TouchpointKind) many() string {
	if word := manyWords[k]; word != "" {
		return word
	}
	return strings.ReplaceAll(string(k), "_", " ") + "s"
}

// Key is the name of the API keys that the source is; false where it is none.
func (s FeedSource) Key() (name string, is bool) { return strings.CutPrefix(string(s), keySource) }

// String says where it comes from, behind "from".
func (s FeedSource) String() string {
	if name, is := s.Key(); is {
		return "the API key “" + name + "”"
	}
	if s == FromReps {
		return "our reps"
	}
	return "files"
}

// outageSentence says in plain English what is missing of a feed, and what is usual.
func (f *Feed) outageSentence(o *feed.Outage) string {
	begin := "No " + f.Kind.many()
	if !o.Stopped {
		begin = "Less than half of the " + f.Kind.many()
	}
	return fmt.Sprintf("%s from %s since %s; usually %s.", begin, f.Source, o.From.Time().Format("2 Jan 2006"), howOften(o.Rate))
}

// howOften words a rate of events a day.
func howOften(perDay float64) string {
	const perWeek, perMonth = 7, 30
	switch {
	case perDay >= 10:
		return strconv.Itoa(int(math.Round(perDay))) + " a day"
	case perDay >= 1:
		return strings.TrimSuffix(strconv.FormatFloat(perDay, 'f', 1, 64), ".0") + " a day"
	case perDay*perWeek >= 1:
		return strconv.Itoa(int(math.Round(perDay*perWeek))) + " a week"
	}
	return strconv.Itoa(int(math.Ceil(perDay*perMonth))) + " a month"
}

// HowOften words the usual rate; empty where too little is known.
func (f FeedStatus) HowOften() string {
	if f.Rate == 0 {
		return ""
	}
	return howOften(f.Rate)
}

// FeedName says what comes from where, e.g. "Orders from files".
func FeedName(source FeedSource, kind TouchpointKind) string {
	many := kind.many()
	return strings.ToUpper(many[:1]) + many[1:] + " from " + source.String()
}
