package frontend

import (
	"strings"

	"earshot/survey"
)

// listed is how a list of customers to look after is told of.
type listed struct {
	// Name is what those on it are called, Title what is said of one on their page, and Chance what the probability is of.
	Name, Title, Chance string
	Tone                Tone
	// Share is what the figure is, where it is no probability.
	Share string
}

var lists = map[survey.List]listed{
	survey.Leaving:    {Name: "Probably leaving", Title: "Probably leaving: call them", Chance: "left", Tone: Bad},
	survey.Drifting:   {Name: "Drifting", Title: "Drifting: still here, buying elsewhere?", Chance: "stopped buying", Tone: Warning},
	survey.Unusual:    {Name: "Unusually silent", Title: "Unusually silent", Chance: "left", Tone: Warning},
	survey.Slowing:    {Name: "Slowing down", Title: "Slowing down", Share: "less often than usual", Tone: Warning},
	survey.Unreturned: {Name: "Not returned", Title: "New, and not returned", Chance: "left", Tone: Warning},
}

// listWords are the words for a list.
func listWords(l survey.List) listed { return lists[l] }

// askedOptions are the lists whose customers a pulse may ask.
func askedOptions() []Option {
	var options []Option
	for _, l := range survey.AskableLists() {
		options = append(options, Option{Value: string(l), Text: lists[l].Name})
	}
	return options
}

// listNames are the lists as they stand in forms and addresses.
func listNames(all []survey.List) []string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = string(l)
	}
	return names
}

// asksWords says whose customers a pulse asks; everyone's where there is no list.
func asksWords(all []survey.List) string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = lists[l].Name
		if i > 0 {
			names[i] = strings.ToLower(names[i])
		}
	}
	return strings.Join(names, ", ")
}

// listOptions are the lists to choose from.
func listOptions() []Option {
	var options []Option
	for _, l := range survey.Lists() {
		options = append(options, Option{Value: string(l), Text: lists[l].Name})
	}
	return options
}

// ListName is what those on a list are called.
func ListName(l survey.List) string { return lists[l].Name }
