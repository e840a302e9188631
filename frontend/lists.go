package frontend

import "earshot/survey"

// listed is how a list of customers to look after is told of.
type listed struct {
	// Name is what those on it are called, Title what is said of one on their page, and Chance what the probability is of.
	Name, Title, Chance string
	Tone                Tone
}

var lists = map[survey.List]listed{
	survey.Leaving:  {"Quiet", "Gone quiet", "left", Bad},
	survey.Drifting: {"Drifting", "Drifting: still here, buying elsewhere?", "stopped buying", Warning},
}

// listWords are the words for a list.
func listWords(l survey.List) listed { return lists[l] }

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
