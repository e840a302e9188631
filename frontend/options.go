package frontend

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"earshot/analytics"
	"earshot/survey"
	"earshot/survey/access"
)

// choices puts a choice with an empty value before the others.
func choices(none string, options []Option) []Option {
	return append([]Option{{Text: none}}, options...)
}

func plainOptions(values []string) []Option {
	options := make([]Option, len(values))
	for i, v := range values {
		options[i] = Option{Value: v, Text: v}
	}
	return options
}

// hiddenOf carries values that are set and have no visible field.
func hiddenOf(values url.Values, names ...string) []Hidden {
	var hidden []Hidden
	for _, name := range names {
		if v := values.Get(name); v != "" {
			hidden = append(hidden, Hidden{name, v})
		}
	}
	return hidden
}

func statusOptions() []Option {
	var options []Option
	for _, s := range survey.Statuses() {
		options = append(options, Option{Value: string(s), Text: capitalWord(words(string(s)))})
	}
	return options
}

func roleOptions() []Option {
	var options []Option
	for _, r := range survey.Roles() {
		options = append(options, Option{Value: string(r), Text: capitalWord(words(string(r)))})
	}
	return options
}

// roleWords is a role within a sentence.
func roleWords(r survey.Role) string { return words(string(r)) }

// touchpointOptions are the kinds that people record by hand; answers come from contacts alone.
func touchpointOptions() []Option {
	var options []Option
	for _, k := range survey.TouchpointKinds() {
		if k != survey.Answered {
			options = append(options, Option{Value: string(k), Text: touchpointName(k)})
		}
	}
	return options
}

func everyOptions() []Option {
	var options []Option
	for _, e := range []analytics.Every{analytics.Daily, analytics.Weekly, analytics.Monthly, analytics.Quarterly} {
		options = append(options, Option{Value: string(e), Text: capitalWord(string(e))})
	}
	return options
}

func audienceOptions() []Option {
	return []Option{
		{Value: string(survey.AudienceQuiet), Text: "Customers who have fallen silent", Help: "Once a silence, judged by their own rhythm."},
		{Value: string(survey.AudienceEveryone), Text: "All active customers", Help: "In turn, as the caps allow."},
	}
}

func accessOptions() []Option {
	return []Option{
		{Value: string(access.LevelAnalyst), Text: "read", Help: "Sees customers, feedback and figures, and changes nothing."},
		{Value: string(access.LevelRep), Text: "work with customers", Help: "Records, asks by hand and follows up; whose customers, the operator says (-reps-see, -reps-work)."},
		{Value: string(access.LevelManager), Text: "lead a team", Help: "Works on the customers of the team, or of everybody without one; gives them to others, decides about uncertain mails."},
		{Value: string(access.LevelAdmin), Text: "do everything", Help: "Also surveys, pulses, reps, API keys and imports."},
	}
}

func weekdayOptions() []Option {
	var options []Option
	for d := 1; d <= 7; d++ {
		day := time.Weekday(d % 7)
		options = append(options, Option{Value: strconv.Itoa(int(day)), Text: day.String()[:3]})
	}
	return options
}

func hourOptions() []Option {
	options := make([]Option, 24)
	for h := range options {
		options[h] = Option{Value: strconv.Itoa(h), Text: fmt.Sprintf("%d:00", h)}
	}
	return options
}
