package frontend

import "earshot/survey"

// listed is how a list of customers to look after is told of.
type listed struct {
	// Name is what those on it are called, Title what is said of one on their page, and Chance what the probability is of.
	Name, Title, Chance string
	Tone                Tone
	// Share is what the figure is, where it is no probability.
	Share string
}

var lists = map[survey.List]listed{
	survey.Leaving:    {Name: "Quiet", Title: "Gone quiet", Chance: "left", Tone: Bad},
	survey.Drifting:   {Name: "Drifting", Title: "Drifting: still here, buying elsewhere?", Chance: "stopped buying", Tone: Warning},
	survey.Slowing:    {Name: "Slowing down", Title: "Slowing down", Share: "less often than usual", Tone: Warning},
	survey.Unreturned: {Name: "Not returned", Title: "New, and not returned", Chance: "left", Tone: Warning},
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
